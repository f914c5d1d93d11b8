// A real OpenID provider on loopback: `node op.mjs PORT REDIRECT_URI`. Lets in whoever gives a name, after asking.
import Provider from "oidc-provider";

const [port, back] = process.argv.slice(2);
const client = {
  client_id: "huiyin",
  client_secret: "known-to-both-sides",
  redirect_uris: [back],
  grant_types: ["authorization_code"],
  response_types: ["code"],
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  claims: { openid: ["sub"], profile: ["name"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: "韩梅梅" }) }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
