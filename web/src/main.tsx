import "@/shared/ui/styles";

import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";

import { App } from "@/routes/App";

// The server puts a fresh nonce here with each page; styles that are made while the program runs need it.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
setNonce(nonce);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root.");
createRoot(root).render(<App nonce={nonce} />);
