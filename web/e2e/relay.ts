import { type AddressInfo, connect, createServer, type Socket } from "node:net";

import { ourAddresses } from "./addresses.ts";

/** A way to the program that can be frozen: what is under way stays open, and nothing comes through. */
export interface Relay {
  url: string;
  freeze: () => void;
  thaw: () => void;
  stop: () => void;
}

export async function startRelay(program: URL): Promise<Relay> {
  const ends = new Set<Socket>();
  let isFrozen = false;
  const join = (from: Socket, to: Socket) => {
    ends.add(from);
    if (isFrozen) from.pause();
    from.on("data", (bytes) => void to.write(bytes));
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => {
      ends.delete(from);
      to.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(Number(program.port), program.hostname);
    join(near, far);
    join(far, near);
    if (isFrozen) [near, far].forEach((end) => end.pause());
  });
  const address = await new Promise<AddressInfo | string | null>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server.address()));
  });
  const port = typeof address === "object" ? address?.port : undefined;
  const url = `http://127.0.0.1:${port}`;
  ourAddresses.add(url);
  return {
    url,
    freeze: () => {
      isFrozen = true;
      ends.forEach((end) => end.pause());
    },
    thaw: () => {
      isFrozen = false;
      ends.forEach((end) => end.resume());
    },
    stop: () => {
      ends.forEach((end) => end.destroy());
      server.close();
    },
  };
}
