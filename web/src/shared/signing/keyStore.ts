import type { BrowserKey } from "./signing";

// The keys of this browser, in IndexedDB: it keeps a key that can't be read, which nothing else does.

const storeName = "keys";

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("No IndexedDB")));
  });
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open("accubooks-signing", 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore(storeName, { keyPath: ["userId", "keyId"] });
  });
  return answerOf(request);
}

async function inStore<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    return await answerOf(act(database.transaction(storeName, mode).objectStore(storeName)));
  } finally {
    database.close();
  }
}

/** The keys of a person in this browser, whether the server knows them or not. */
export async function keysOf(userId: string): Promise<readonly BrowserKey[]> {
  const keys: readonly BrowserKey[] = await inStore("readonly", (store) => store.getAll());
  return keys.filter((key) => key.userId === userId);
}

/** Kept before the server hears of it: a key that is enrolled and lost would be of no use. */
export async function keepKey(key: BrowserKey): Promise<void> {
  await inStore("readwrite", (store) => store.put(key));
}

export async function forgetKey({ userId, keyId }: BrowserKey): Promise<void> {
  await inStore("readwrite", (store) => store.delete([userId, keyId]));
}

/** Asks the browser not to clear it away when space is short; false where it doesn't promise. */
export function askToPersist(): Promise<boolean> {
  return navigator.storage.persist();
}
