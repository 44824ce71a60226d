/**
 * What this browser keeps of unfinished work, by tenant and person, so that a closed tab, a lost
 * connection or the end of a session costs nothing that was typed. Wiped when the person signs out.
 */
const DATABASE = "accubooks";
const STORE = "unfinished";

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(failure(request)));
  });
  return opened;
}

async function inStore<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const store = (await database()).transaction(STORE, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    const request = act(store.objectStore(STORE));
    store.addEventListener("complete", () => resolve(request.result));
    store.addEventListener("abort", () => reject(failure(request)));
  });
}

function failure(request: IDBRequest): Error {
  return new Error("This browser keeps nothing of what you type.", { cause: request.error });
}

/** Keeps `value` under this name; durable when the promise is fulfilled. */
export async function keep(name: readonly string[], value: unknown): Promise<void> {
  await inStore("readwrite", (store) => store.put(value, [...name]));
}

/** What is kept under this name; undefined where nothing is. */
export function kept(name: readonly string[]): Promise<unknown> {
  return inStore<unknown>("readonly", (store) => store.get([...name]));
}

export async function drop(name: readonly string[]): Promise<void> {
  await inStore("readwrite", (store) => store.delete([...name]));
}

/** Forgets all of it. */
export async function wipe(): Promise<void> {
  await inStore("readwrite", (store) => store.clear());
}
