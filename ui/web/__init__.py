"""The chat window: the page in Gradio, and the server behind its gate."""
