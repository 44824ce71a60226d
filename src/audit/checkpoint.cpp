#include "audit/checkpoint.h"

#include <algorithm>

#include <fmt/format.h>

#include "audit/internal/lines.h"
#include "base/base64.h"

namespace accubooks::audit {
namespace {

constexpr std::int64_t kMicros = 1'000'000;

std::unexpected<base::Error> bad_checkpoint(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "audit.bad_checkpoint", std::move(detail));
}

std::unexpected<base::Error> bad_signature(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "audit.bad_signature", std::move(detail));
}

std::string cosigned_message(std::uint64_t seconds, std::string_view checkpoint) {
    return fmt::format("cosignature/v1\ntime {}\n{}", seconds, checkpoint);
}

}  // namespace

std::string to_string(const Checkpoint& checkpoint) {
    return fmt::format(
        "{}\n{}\n{}\n",
        checkpoint.origin,
        checkpoint.tree.size,
        base::to_base64(checkpoint.tree.root)
    );
}

base::Result<SignedCheckpoint> SignedCheckpoint::parse(std::string_view bytes) {
    AB_TRY(note, Note::parse(bytes));
    std::string_view rest = note.text;
    const auto origin = take_line(rest);
    const auto size = take_line(rest);
    const auto root = take_line(rest);
    if (!origin || origin->empty() || !size || !root || !rest.empty()) {
        return bad_checkpoint("A checkpoint has three lines: origin, size and root.");
    }
    const auto count = parse_count(*size);
    const auto hash = parse_hash(*root);
    if (!count || !hash) {
        return bad_checkpoint("A checkpoint's size is a number and its root a SHA-256 in base64.");
    }
    return SignedCheckpoint{
        .checkpoint = {.origin = std::string{*origin}, .tree = {.size = *count, .root = *hash}},
        .note = std::move(note),
    };
}

SignedCheckpoint sign(const Checkpoint& checkpoint, const base::SigningKey& key) {
    std::string text = to_string(checkpoint);
    NoteSignature signature = sign_note(text, checkpoint.origin, key);
    return {
        .checkpoint = checkpoint,
        .note = {.text = std::move(text), .signatures = {std::move(signature)}},
    };
}

base::Result<void> verify(const SignedCheckpoint& signed_checkpoint, const VerifierKey& log) {
    if (signed_checkpoint.checkpoint.origin != log.name) {
        return bad_checkpoint(fmt::format("The checkpoint is of another log than {}.", log.name));
    }
    return verify_note(signed_checkpoint.note, log);
}

NoteSignature cosign(
    const Checkpoint& checkpoint,
    std::string_view witness,
    const base::SigningKey& key,
    base::Instant at
) {
    const auto seconds = static_cast<std::uint64_t>(at.unix_micros() / kMicros);
    const VerifierKey verifier{
        .name = std::string{witness}, .type = KeyType::cosignature, .key = key.public_key()
    };
    const base::Signature signature = key.sign(cosigned_message(seconds, to_string(checkpoint)));
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(seconds >> static_cast<unsigned>(shift) & 0xffU));
    }
    bytes.append(signature.bytes.begin(), signature.bytes.end());
    return {.name = verifier.name, .key_id = verifier.id(), .bytes = std::move(bytes)};
}

base::Result<base::Instant> verify_cosignature(
    const SignedCheckpoint& signed_checkpoint, const VerifierKey& witness
) {
    base::ensure(witness.type == KeyType::cosignature, "a log's key verifies notes");
    const NoteSignature* const found = signed_checkpoint.note.find(witness);
    if (found == nullptr) {
        return bad_signature(fmt::format("The checkpoint isn't cosigned by {}.", witness.name));
    }
    base::Signature signature;
    if (found->bytes.size() != 8 + signature.bytes.size()) {
        return bad_signature(fmt::format("The cosignature of {} has a wrong length.", witness.name)
        );
    }
    std::uint64_t seconds = 0;
    for (const char byte : std::string_view{found->bytes}.substr(0, 8)) {
        seconds = seconds << 8U | static_cast<std::uint8_t>(byte);
    }
    std::ranges::copy(std::string_view{found->bytes}.substr(8), signature.bytes.begin());
    const std::string message = cosigned_message(seconds, signed_checkpoint.note.text);
    // The format allows times up to 2^63 − 1 s; ours end with microseconds in 63 bits.
    constexpr std::uint64_t kLast = std::uint64_t{INT64_MAX} / kMicros;
    if (seconds > kLast || !base::verify(witness.key, message, signature)) {
        return bad_signature(
            fmt::format("The cosignature of {} isn't of this checkpoint.", witness.name)
        );
    }
    return base::Instant::from_unix_micros(static_cast<std::int64_t>(seconds) * kMicros);
}

}  // namespace accubooks::audit
