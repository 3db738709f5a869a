// One connection for all tabs of a browser: it allows only a few to one server, and each page that watches would hold one.
// Runs as a shared worker, or inside the page where there is none (phones, which show one tab at a time).
// A tab says what it follows and whether it is in sight; what nobody sees is not connected.
const MOST = 4; // of the six connections that HTTP/1.1 has, so that pages load beside them
const AGAIN_AFTER = 5000; // when the browser has given up: the server answered with an error; twice as long each time,
const AT_MOST = 30_000; // up to this, for a session that is over does not come back by asking
const feeds = new Map();
const notices = new Map(); // the newest number that was heard, by address

// The newest one is told with each connection: it is news where an older one was heard before.
const isNews = (at, { number, latest }) => {
  const known = notices.get(at) ?? (latest ? number : 0);
  notices.set(at, Math.max(known, number));
  return number > known;
};

const open = at => {
  const feed = { ports: new Set(), state: "", now: new Map(), last: "", pause: AGAIN_AFTER };
  const tell = (name, data = "") => {
    for (const port of feed.ports) port.postMessage({ name, data });
  };
  const start = () => {
    const source = (feed.source = new EventSource(at + (feed.last && `?after=${feed.last}`)));
    for (const name of ["leaderboard", "notice", "submission", "notifications", "live", "end"]) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        feed.last = lastEventId || feed.last; // a connection that is made anew goes on from there
        if (name === "end") return (source.close(), start()); // as planned: nothing is cut off
        if (name === "leaderboard" || name === "notifications" || name === "live") feed.now.set(name, data);
        if (name !== "notice" || isNews(at, JSON.parse(data))) tell(name, data);
      });
    }
    source.onopen = () => {
      feed.pause = AGAIN_AFTER;
      tell((feed.state = "connected"));
    };
    source.onerror = () => {
      tell((feed.state = "cut-off"));
      if (source.readyState !== EventSource.CLOSED) return;
      feed.again = setTimeout(start, feed.pause);
      feed.pause = Math.min(2 * feed.pause, AT_MOST);
    };
  };
  feed.close = () => {
    clearTimeout(feed.again);
    feed.source.close();
    if (feed.ports.size) tell("cut-off");
  };
  start();
  return feed;
};

const close = key => {
  feeds.get(key)?.close();
  feeds.delete(key);
};

// Hands the feed of `at` as `who` on to a tab; who comes later hears what the others have heard.
const join = (key, at, port) => {
  const feed = feeds.get(key) ?? open(at);
  feeds.delete(key);
  feeds.set(key, feed);
  if (feeds.size > MOST) close(feeds.keys().next().value);
  feed.ports.add(port);
  if (feed.state) port.postMessage({ name: feed.state, data: "" });
  for (const [name, data] of feed.now) port.postMessage({ name, data });
};

export const serve = port => {
  let key;
  port.onmessage = ({ data: { at, who, seen } }) => {
    const feed = feeds.get(key);
    if (feed?.ports.delete(port) && !feed.ports.size && !(seen && key === `${who} ${at}`)) close(key);
    key = `${who} ${at}`;
    if (seen) join(key, at, port);
  };
};
self.onconnect = ({ ports: [port] }) => serve(port);
