// A mail server for tests, nodemailer's own (npm: smtp-server). It listens on a free port, prints a line of JSON with the port and
// then one for each letter that it was given,
// and ends with its standard input. What it does to a letter, the recipient says:
//   refused@…  550 to the recipient        refused-content@…  554 to the letter
//   later@…    451, always                 later-twice@…      451 to the first two attempts
//   hang@…     no answer to the recipient  hang-after@…       none to the letter, which it has
//   cut@…      breaks off amid the letter  cut-after@…        breaks off after it
//   hold-once@…  the first time as hang-after@…, then as everybody
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { SMTPServer } from "smtp-server";

const { values: options } = parseArgs({
  options: {
    tls: { type: "boolean" },
    "no-starttls": { type: "boolean" },
    "refuse-sender": { type: "boolean" },
    key: { type: "string" },
    cert: { type: "string" },
    user: { type: "string" },
    password: { type: "string" },
  },
});

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const answer = (code, text) => Object.assign(new Error(text), { responseCode: code });
const kind = (address) => address.split("@")[0];
const seen = new Map();
const times = (address) => seen.set(address, (seen.get(address) ?? 0) + 1).get(address);

const cut = (session) => {
  for (const connection of server.connections) if (connection.session === session) connection._socket.destroy();
};

const server = new SMTPServer({
  secure: options.tls,
  key: readFileSync(options.key),
  cert: readFileSync(options.cert),
  authOptional: !options.user,
  allowInsecureAuth: options["no-starttls"],
  disableReverseLookup: true,
  disabledCommands: [...(options["no-starttls"] ? ["STARTTLS"] : []), ...(options.user ? [] : ["AUTH"])],
  onAuth({ username, password }, _session, done) {
    const fits = username === options.user && password === options.password;
    done(fits ? null : answer(535, "5.7.8 Authentication credentials invalid"), { user: username });
  },
  onMailFrom({ address }, _session, done) {
    done(options["refuse-sender"] ? answer(553, `5.7.1 <${address}>: Sender address rejected`) : null);
  },
  onRcptTo({ address }, _session, done) {
    switch (kind(address)) {
      case "refused":
        return done(answer(550, `5.1.1 <${address}>: Recipient address rejected`));
      case "later":
        return done(answer(451, "4.7.1 Greylisted, please try again later"));
      case "later-twice":
        return done(times(address) <= 2 ? answer(451, "4.7.1 Greylisted, please try again later") : null);
      case "hang":
        return undefined;
      default:
        return done();
    }
  },
  onData(stream, session, done) {
    const to = session.envelope.rcptTo.map(({ address }) => address);
    const what = kind(to[0]);
    if (what === "cut") return stream.once("data", () => cut(session));
    const pieces = [];
    stream.on("data", (piece) => pieces.push(piece));
    stream.on("end", () => {
      if (what === "refused-content") return done(answer(554, "5.7.0 Message refused"));
      const encrypted = Boolean(session.secure);
      say({ from: session.envelope.mailFrom.address, to, user: session.user || null, encrypted, data: Buffer.concat(pieces).toString() });
      if (what === "cut-after") return cut(session);
      if (what === "hang-after" || (what === "hold-once" && times(to[0]) === 1)) return undefined;
      return done(null, "2.0.0 Ok: queued as TEST");
    });
    return undefined;
  },
});
server.on("error", () => {});
server.listen(0, "127.0.0.1", () => say({ port: server.server.address().port }));
// Whoever writes a line hears of it when all before it was said.
let lines = 0;
process.stdin.on("data", (data) => say({ lines: (lines += data.toString().length) })).on("end", () => process.exit());
