#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/merkle.h"
#include "audit/note.h"
#include "base/clock.h"

namespace accubooks::audit {

/// What a log says about itself (C2SP tlog-checkpoint): the text of a note of three lines, origin,
/// size and root. Our logs sign no extension lines, so a checkpoint that has some is refused.
struct Checkpoint {
    std::string origin;
    TreeHead tree{};

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// The text that is signed.
std::string to_string(const Checkpoint& checkpoint);

/// A checkpoint and the note that holds it, log signature and cosignatures included.
struct SignedCheckpoint {
    Checkpoint checkpoint;
    Note note;

    /// Reads without verifying. Errors: `audit.bad_note`, `audit.bad_checkpoint`.
    static base::Result<SignedCheckpoint> parse(std::string_view bytes);
};

/// The log's own signature, under its origin as name.
SignedCheckpoint sign(const Checkpoint& checkpoint, const base::SigningKey& key);

/// Whether the log of that key, whose name is the origin, has signed it. Errors:
/// `audit.bad_checkpoint` for another origin, `audit.bad_signature`.
base::Result<void> verify(const SignedCheckpoint& signed_checkpoint, const VerifierKey& log);

/// A witness's statement that, at that second, this is the largest tree of the log that it has
/// seen, and that it grew out of all those that it saw before (C2SP tlog-cosignature, Ed25519).
NoteSignature cosign(
    const Checkpoint& checkpoint,
    std::string_view witness,
    const base::SigningKey& key,
    base::Instant at
);

/// When the witness cosigned; to the second. Errors: `audit.bad_signature`, also when it hasn't.
base::Result<base::Instant> verify_cosignature(
    const SignedCheckpoint& signed_checkpoint, const VerifierKey& witness
);

}  // namespace accubooks::audit
