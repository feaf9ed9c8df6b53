// Asks for what every page begins with while the page's own program is still on its way; `src/api/ahead.ts` takes the
// answers. It is a file of its own because the content security policy allows no inline script.
(() => {
  let proof = null;
  try {
    proof = localStorage.getItem("harbourmaster.proof");
  } catch {
    // Storage may be blocked; then nobody is signed in yet.
  }
  if (!proof) return;
  const ask = async (path) => {
    const answer = await fetch(path, { cache: "no-store", headers: { "X-Session-Proof": proof } });
    // Read to its end now: once the program runs, every piece would wait for its turn.
    return new Response(await answer.arrayBuffer(), answer);
  };
  const paths = ["/api/health", "/api/operations"];
  if (location.pathname === "/") paths.push("/api/containers?all=true");
  const answers = new Map(paths.map((path) => [path, ask(path).catch(() => undefined)]));
  window.harbourmasterAhead = { proof, answers };
})();
