// A provider of OpenID Connect for tests (npm: oidc-provider). It listens on a free port, prints a line of JSON with its address, and ends
// with its standard input. Its log-in is one field: who types `kim` is kim@example.kr, whose address it vouches for unless the name begins with
// `unverified`. Nothing is asked beyond that. With --token it tells that all in the ID token, else by its userinfo.
// What it does to ID tokens, --forge says:
//   nonce, audience, issuer   another one        expired   of long ago
//   foreign                   another's key      none      no signature      secret   signed with the client's secret
// With --rotate it has another key from when somebody has asked for its keys once.
import { parseArgs } from "node:util";

import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, decodeJwt } from "jose";
import Provider from "oidc-provider";

const { values: options } = parseArgs({
  options: {
    back: { type: "string", multiple: true },
    forge: { type: "string" },
    rotate: { type: "boolean" },
    token: { type: "boolean" },
    port: { type: "string", default: "0" },
  },
});

const CLIENT = { client_id: "madang", client_secret: "a secret of at least thirty-two bytes" };
const signer = await generateKeyPair("RS256", { extractable: true });
const stranger = await generateKeyPair("RS256", { extractable: true });
const key = { ...(await exportJWK(signer.privateKey)), kid: "ours", alg: "RS256", use: "sig" };

const claims = (id) => ({
  sub: id,
  name: `이름 ${id}`,
  email: `${id}@example.kr`,
  email_verified: !id.startsWith("unverified"),
});

const http = await import("node:http");
const server = http.createServer();
await new Promise((listens) => server.listen(Number(options.port), "127.0.0.1", listens));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{ ...CLIENT, redirect_uris: options.back, grant_types: ["authorization_code"], response_types: ["code"] }],
  jwks: { keys: [key] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  conformIdTokenClaims: !options.token,
  pkce: { required: () => true },
  cookies: { keys: ["for tests"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, { uid }) => `/log-in/${uid}` },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  findAccount: (_, id) => ({ accountId: id, claims: () => claims(id) }),
  // Whoever logs in agrees.
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

const forged = async (token) => {
  const said = decodeJwt(token);
  const long = Math.floor(Date.now() / 1000) - 100 * 24 * 3600;
  const other = {
    nonce: { nonce: "another" },
    audience: { aud: "another" },
    issuer: { iss: "https://another.example" },
    expired: { iat: long, exp: long + 600 },
  }[options.forge];
  const jwt = { ...said, ...other };
  const sign = (by, alg = "RS256") => new SignJWT(jwt).setProtectedHeader({ alg, kid: "ours" }).sign(by);
  if (options.forge === "none") return new UnsecuredJWT(jwt).encode();
  if (options.forge === "foreign") return sign(stranger.privateKey);
  if (options.forge === "secret") return sign(new TextEncoder().encode(CLIENT.client_secret), "HS256");
  return sign(signer.privateKey);
};

provider.use(async (context, next) => {
  const [, page, uid] = context.path.split("/");
  if (page === "log-in" && uid && context.method === "GET") {
    context.type = "html";
    context.body = `<!DOCTYPE html><title>Log in</title><form method="post"><label>Name <input name="login"></label><button>Log in</button></form>`;
    return;
  }
  if (page === "log-in" && uid) {
    let body = "";
    for await (const part of context.req) body += part;
    const login = { accountId: new URLSearchParams(body).get("login") };
    context.redirect(await provider.interactionResult(context.req, context.res, { login }));
    return;
  }
  await next();
  if (context.path === "/jwks" && options.rotate) {
    options.rotate = false;
    context.body = { keys: [{ ...(await exportJWK(stranger.publicKey)), kid: "before", alg: "RS256", use: "sig" }] };
  }
  if (context.path === "/token" && context.body?.id_token && options.forge) {
    context.body.id_token = await forged(context.body.id_token);
  }
});

server.on("request", provider.callback());
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
process.stdin.resume().on("end", () => process.exit());
