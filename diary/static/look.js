/* A picture that was on the page when the passphrase was last typed, and is looked at later: the
   server asks first. The page is loaded again, which then says so. */
addEventListener("error", async ({ target }) => {
  if (!target.matches?.("img, video, audio")) return;
  const answer = await fetch(target.src, { method: "HEAD" }).catch(() => null);
  const asked = answer?.redirected || [401, 403].includes(answer?.status);
  if (asked && target.isConnected) location.reload(); // after Leave it is not: nothing may hold her back
}, { capture: true });
