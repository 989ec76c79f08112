/* Asks the phone or computer for a passkey (WebAuthn), and sends what it answers with the form.

   The PRF extension gives bytes that only this passkey can give; they open the way in. They go to
   the server with the answer, are used there and are not kept. */

const form = document.querySelector("[data-passkey]");
const trouble = form.querySelector("[data-trouble]");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function read() {
  const asked = JSON.parse(new TextDecoder().decode(bytes(form.dataset.options)));
  asked.challenge = bytes(asked.challenge);
  asked.extensions = { prf: { eval: { first: bytes(asked.prf) } } };
  delete asked.prf;
  if (asked.user) asked.user.id = bytes(asked.user.id);
  asked.excludeCredentials &&= asked.excludeCredentials.map((id) => ({ type: "public-key", id: bytes(id) }));
  return asked;
}

function given(credential) {
  return credential.getClientExtensionResults().prf?.results?.first;
}

/* Some make a passkey first, and give their bytes only when it is shown. This second answer is
   asked for its bytes alone: nobody checks it, so its challenge is any. */
async function showOnce(asked, credential) {
  return navigator.credentials.get({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      rpId: asked.rp.id,
      allowCredentials: [{ type: "public-key", id: credential.rawId }],
      userVerification: "required",
      extensions: asked.extensions,
    },
  });
}

async function output(asked, credential) {
  const first = given(credential);
  if (first || form.dataset.passkey === "get") return first;
  const { prf } = credential.getClientExtensionResults();
  return prf?.enabled ? given(await showOnce(asked, credential)) : undefined;
}

function answer({ id, rawId, type, response }) {
  const parts = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  return JSON.stringify({ id, rawId: text(rawId), type, response: parts });
}

function sentence({ name }) {
  const { dataset } = form;
  if (name === "NotAllowedError" || name === "AbortError") return dataset.stopped;
  if (name === "InvalidStateError") return dataset.known;
  return name === "SecurityError" ? dataset.address : dataset.failed;
}

async function fill() {
  const asked = read();
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey: asked });
  const opened = await output(asked, credential);
  form.elements.answer.value = answer(credential);
  form.elements.opened.value = opened ? text(opened) : "";
}

function complain(words) {
  trouble.textContent = words;
  trouble.hidden = false;
}

async function send(event) {
  event.preventDefault();
  trouble.hidden = true;
  form.querySelector("button").disabled = true;
  try {
    await fill();
    form.submit();
  } catch (error) {
    complain(sentence(error));
  } finally {
    form.querySelector("button").disabled = false;
  }
}

document.querySelector("[data-without-script]").hidden = true;
if (window.PublicKeyCredential) {
  form.querySelector("[data-needs-script]").hidden = false;
  form.addEventListener("submit", send);
} else {
  complain(form.dataset.missing);
}
