// Passkeys: the browser makes one, or shows that it has one, and the form is sent with what it says.
import { browserSupportsWebAuthn, startAuthentication, startRegistration, WebAuthnError } from "@simplewebauthn/browser";
import { say } from "./words.js";

const needsName = say("Passkeys need a host name and HTTPS. They do not work at an IP address.");
const words = {
  ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED: say("This device already has a passkey for your account."),
  ERROR_INVALID_DOMAIN: needsName,
  ERROR_INVALID_RP_ID: needsName,
  ERROR_AUTHENTICATOR_MISSING_USER_VERIFICATION_SUPPORT: say("This device cannot ask for a finger, a face or a PIN."),
};

async function credentialFor(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
  // Anything but JSON is a page, such as the one that asks for the password again.
  if (!answer.ok || !answer.headers.get("content-type")?.startsWith("application/json")) return location.reload();
  const optionsJSON = await answer.json();
  return form.dataset.passkey === "add" ? startRegistration({ optionsJSON }) : startAuthentication({ optionsJSON });
}

function tell(form, text) {
  const place = form.parentElement.querySelector("[data-passkey-error]");
  (place.querySelector("p") ?? place).textContent = text;
  place.hidden = false;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !browserSupportsWebAuthn();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type='submit']");
    button.disabled = true;
    try {
      const credential = await credentialFor(form);
      if (!credential) return;
      form.elements.Credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      const known = error instanceof WebAuthnError ? words[error.code] : null;
      tell(form, known ?? say("No passkey was chosen, or the time ran out. Try again."));
    } finally {
      button.disabled = false;
    }
  });
}
