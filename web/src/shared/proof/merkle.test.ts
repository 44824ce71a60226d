// @vitest-environment node
import { describe, expect, test } from "vitest";

import { type Bytes, sha256, toHex, utf8 } from "./bytes";
import { leafHash, nodeHash, ProofError, verifyConsistency, verifyInclusion } from "./merkle";
import { hex, TestTree } from "./testing";

const leaves = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** Whether a check throws nothing, or a refusal of its own. */
async function isProof(run: Promise<void>): Promise<boolean> {
  try {
    await run;
    return true;
  } catch (error) {
    if (error instanceof ProofError) {
      return false;
    }
    throw error;
  }
}

describe("the tree of RFC 6962", () => {
  test("hashes leaves and nodes apart", async () => {
    expect(toHex(await leafHash(utf8("L123456")))).toBe(
      "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56",
    );
    expect(toHex(await nodeHash(utf8("N123"), utf8("N456")))).toBe(
      "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb",
    );
  });

  test.each(roots.map((root, size) => ({ root, size })))(
    "has its root at $size leaves",
    async ({ root, size }) => {
      expect(toHex(await new TestTree(leaves.slice(0, size).map(hex)).root())).toBe(root);
    },
  );

  test("proves the golden paths", async () => {
    const three = { size: 3, root: hex(roots[3] ?? "") };
    const last = hex("0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7");
    expect(
      await isProof(
        verifyInclusion(await leafHash(hex("00")), 1, [hex(roots[1] ?? ""), last], three),
      ),
    ).toBe(true);
    expect(
      await isProof(verifyConsistency({ size: 2, root: hex(roots[2] ?? "") }, three, [last])),
    ).toBe(true);
  });
});

/** What can be wrong about a list of hashes. */
async function wrongPaths(path: readonly Bytes[]): Promise<readonly (readonly Bytes[])[]> {
  const other = await sha256(utf8("another"));
  const changed = path.map((_, at) => path.map((hash, index) => (index === at ? other : hash)));
  const short = path.map((_, at) =>
    path.map((hash, index) => (index === at ? hash.slice(1) : hash)),
  );
  return [
    ...changed,
    ...short,
    [...path, other],
    [other, ...path],
    path.slice(1),
    path.slice(0, -1),
  ].filter((wrong) => wrong.length !== path.length || wrong.some((hash, at) => hash !== path[at]));
}

describe("proofs", () => {
  const sizes = Array.from({ length: 13 }, (_, at) => at + 1);

  test.each(sizes)(
    "of inclusion in a tree of %i leaves hold, and nothing else does",
    async (size) => {
      const tree = new TestTree(Array.from({ length: size }, (_, at) => utf8(`leaf ${at}`)));
      const head = { size, root: await tree.root() };
      for (const [index, entry] of tree.entries.entries()) {
        const leaf = await leafHash(entry);
        const path = await tree.inclusion(index);
        expect(await isProof(verifyInclusion(leaf, index, path, head))).toBe(true);
        for (const wrong of await wrongPaths(path)) {
          expect(await isProof(verifyInclusion(leaf, index, wrong, head))).toBe(false);
        }
        expect(await isProof(verifyInclusion(leaf, -1, path, head))).toBe(false);
        expect(await isProof(verifyInclusion(leaf, index + size, path, head))).toBe(false);
        expect(
          await isProof(verifyInclusion(leaf, index, path, { size, root: leaf.toReversed() })),
        ).toBe(false);
        expect(
          await isProof(verifyInclusion(await leafHash(utf8("forged")), index, path, head)),
        ).toBe(false);
      }
    },
  );

  test.each(sizes)("of growth to %i leaves hold, and nothing else does", async (size) => {
    const tree = new TestTree(Array.from({ length: size }, (_, at) => utf8(`leaf ${at}`)));
    const newer = { size, root: await tree.root() };
    for (let from = 1; from <= size; ++from) {
      const older = { size: from, root: await tree.root(0, from) };
      const path = await tree.consistency(from);
      expect(await isProof(verifyConsistency(older, newer, path))).toBe(true);
      for (const wrong of await wrongPaths(path)) {
        expect(await isProof(verifyConsistency(older, newer, wrong))).toBe(false);
      }
      expect(
        await isProof(verifyConsistency({ ...older, root: older.root.toReversed() }, newer, path)),
      ).toBe(false);
      expect(
        await isProof(verifyConsistency(older, { ...newer, root: newer.root.toReversed() }, path)),
      ).toBe(false);
      expect(await isProof(verifyConsistency({ ...older, size: 0 }, newer, path))).toBe(false);
      expect(await isProof(verifyConsistency({ ...older, size: size + 1 }, newer, path))).toBe(
        false,
      );
    }
  });

  test("take numbers that 32 bits don't hold", async () => {
    const size = 2 ** 40;
    expect(
      await isProof(
        verifyInclusion(await leafHash(utf8("")), size - 1, [], {
          size,
          root: hex(roots[0] ?? ""),
        }),
      ),
    ).toBe(false);
  });
});
