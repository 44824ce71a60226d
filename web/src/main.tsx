import "@/shared/ui/styles";

import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";

import { App } from "@/routes/App";

// The server puts a fresh nonce here with each page; styles that are made while the program runs need it.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
setNonce(nonce);

// A part that isn't on the server any more: the router would reload the page by itself, once for each message that it remembers
// so. The person is told and asked instead (RouteError).
addEventListener("vite:preloadError", ({ payload }) => {
  sessionStorage.setItem(`tanstack_router_reload:${payload.message}`, "1");
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root.");
createRoot(root).render(<App nonce={nonce} />);
