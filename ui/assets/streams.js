// Gradio opens a stream for what the page has told only where it has read by then that the one before has ended; of what is told in
// between it would never hear. So it is given a stream without an end, and those of the server are opened behind it as long as it is owed one.
(() => {
  const own = window.fetch, MANY = 1000;
  const A_WHILE = 20, LONGEST = 2000; // milliseconds
  const ENDED = /^data: *{"msg": *"close_stream"/;
  const DONE = /^data: *{"msg": *"process_completed", *"event_id": *"(\w+)"/;
  // Events that were told and are not done, and those that were done before it was known that they had been told.
  const owed = new Set(), early = new Set();
  let endless = null, telling = 0;

  window.fetch = async (asked, how) => {
    const address = new URL(asked.url ?? asked, location.href).pathname;
    if (address.endsWith("/queue/data")) return begin(new Request(asked, how));
    return address.endsWith("/queue/join") ? tell(asked, how) : own(asked, how);
  };

  async function tell(asked, how) {
    telling += 1;
    try {
      const told = await own(asked, how);
      if (told.ok) owe((await told.clone().json()).event_id);
      return told;
    } finally {
      setTimeout(() => (telling -= 1), A_WHILE);
    }
  }

  // What is heard of an event before the client knows that it was told comes to the page at once, and a part of it is lost there.
  async function known() {
    for (let waited = 0; telling && waited < LONGEST; waited += A_WHILE) await new Promise((go) => setTimeout(go, A_WHILE));
  }

  function owe(id) {
    if (early.delete(id)) return;
    owed.add(id);
    if (endless && !endless.isRead) read(endless);
  }

  async function begin(asked) {
    // Read from here on: what is told while the first stream is opened needs no second.
    const one = (endless = { asked, isRead: true });
    const body = new ReadableStream({
      start: (into) => {
        one.into = into;
      },
      cancel: () => leave(one),
    });
    asked.signal.addEventListener("abort", () => leave(one));
    const first = await open(one).catch((error) => {
      leave(one);
      throw error;
    });
    if (!first.ok) {
      leave(one);
      return first;
    }
    read(one, first);
    return new Response(body, { status: first.status, headers: first.headers });
  }

  function leave(one) {
    if (endless === one) endless = null;
  }

  const open = (one) => own(one.asked.clone());

  // Hand on what the server tells, and open its next stream where this one ended too soon; one that tells nothing owes nothing.
  async function read(one, first) {
    one.isRead = true;
    try {
      while (endless === one) {
        const before = [...owed];
        const toldAny = await handOn(one, first ?? (await open(one)));
        first = null;
        if (!toldAny) before.forEach((id) => owed.delete(id));
        if (!owed.size) break;
      }
    } catch (error) {
      leave(one);
      one.into.error(error);
    }
    one.isRead = false;
    if (early.size > MANY) early.clear();
  }

  async function handOn(one, told) {
    const reader = told.body.pipeThrough(new TextDecoderStream()).getReader(), bytes = new TextEncoder();
    let rest = "", count = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return count > 0;
      const messages = (rest + value).split("\n\n");
      rest = messages.pop();
      for (const message of messages) {
        await known();
        count += 1;
        const id = DONE.exec(message)?.[1];
        if (id && !owed.delete(id)) early.add(id);
        if (!ENDED.test(message) && endless === one) one.into.enqueue(bytes.encode(`${message}\n\n`));
      }
    }
  }
})();
