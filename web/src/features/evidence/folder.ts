import type { Bytes } from "@/shared/proof/bytes";

import type { Files } from "./verify/bundle";

export async function bytesOf(file: File): Promise<Bytes> {
  return new Uint8Array(await file.arrayBuffer());
}

/** The files of a folder that somebody chose or dropped, by their path below it. */
export async function folderFiles(list: readonly File[]): Promise<Files> {
  const files = new Map<string, Bytes>();
  for (const file of list) {
    const [, ...below] = file.webkitRelativePath.split("/");
    files.set(below.join("/"), await bytesOf(file));
  }
  return files;
}
