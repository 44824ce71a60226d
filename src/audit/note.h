#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ed25519.h"
#include "base/error.h"

namespace accubooks::audit {

/// Signed notes as C2SP signed-note has them: a text, an empty line, and lines of signatures.

/// What a key's signatures mean. The byte is part of the key's id, so that one key can't be taken
/// for the other kind.
enum class KeyType : std::uint8_t {
    ed25519 = 0x01,      // over the note's text
    cosignature = 0x04,  // of a witness, with its time (C2SP tlog-cosignature)
};

/// A key that verifies notes, by the name under which it signs. As text, "name+keyid+base64(type ‖
/// key)", it is what policies and people hand around.
struct VerifierKey {
    std::string name;
    KeyType type = KeyType::ed25519;
    base::PublicKey key{};

    /// The first four bytes of SHA-256(name ‖ LF ‖ type ‖ key): tells keys apart, proves nothing.
    std::uint32_t id() const;

    /// Errors: `audit.bad_vkey`, also when the id isn't the key's.
    static base::Result<VerifierKey> parse(std::string_view text);

    friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

std::string to_string(const VerifierKey& key);

struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    std::string bytes;  // of Ed25519 64, of a cosignature 8 more for the time

    friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

/// At most so many bytes are read as a note, and so many signatures.
inline constexpr std::size_t kNoteBytesMax = 64UL * 1024;
inline constexpr std::size_t kNoteSignaturesMax = 32;

struct Note {
    std::string text;  // ends with LF
    std::vector<NoteSignature> signatures;

    /// Errors: `audit.bad_note`.
    static base::Result<Note> parse(std::string_view bytes);

    /// The signature that names this key; none when it hasn't signed.
    const NoteSignature* find(const VerifierKey& key) const;
};

std::string to_string(const Note& note);
/// One line with its LF, as a witness answers it.
std::string to_string(const NoteSignature& signature);
/// Lines as above and nothing else. Errors: `audit.bad_note`.
base::Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines);

/// The signature of a note under `name`.
NoteSignature sign_note(std::string_view text, std::string_view name, const base::SigningKey& key);

/// Whether `key`, of type ed25519, has signed the note. Errors: `audit.bad_signature`; a note that
/// the key hasn't signed at all is refused as well.
base::Result<void> verify_note(const Note& note, const VerifierKey& key);

}  // namespace accubooks::audit
