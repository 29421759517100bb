"""How the cross-encoder was trained, and what it is worth: claims and questions made by rule, labelled data, torch, ONNX."""
