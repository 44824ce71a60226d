#include "audit/note.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/utf8.h"

namespace accubooks::audit {
namespace {

constexpr std::string_view kDash = "\u2014 ";
constexpr std::size_t kNameMax = 256;
constexpr std::size_t kSignatureMax = 8192;  // also of post-quantum keys, which are passed over

std::unexpected<base::Error> bad_vkey(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "audit.bad_vkey", std::move(detail));
}

std::unexpected<base::Error> bad_note(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "audit.bad_note", std::move(detail));
}

std::unexpected<base::Error> bad_signature(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "audit.bad_signature", std::move(detail));
}

/// Printable ASCII without '+': stricter than the format, which allows all of Unicode but spaces,
/// and enough for every name that is a schema-less URL.
bool is_key_name(std::string_view name) {
    return !name.empty() && name.size() <= kNameMax &&
           std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f' && c != '+'; });
}

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        bytes.push_back(static_cast<char>(number >> shift & 0xffU));
    }
    return bytes;
}

std::uint32_t from_big_endian(std::string_view bytes) {
    std::uint32_t number = 0;
    for (const char byte : bytes.substr(0, 4)) {
        number = number << 8U | static_cast<std::uint8_t>(byte);
    }
    return number;
}

base::Result<NoteSignature> parse_signature(std::string_view line) {
    if (!line.starts_with(kDash)) {
        return bad_note("A signature line begins with a dash and a space.");
    }
    line.remove_prefix(kDash.size());
    const auto space = line.find(' ');
    if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) {
        return bad_note("A signature line has no key name.");
    }
    const auto bytes = base::from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() <= 4 || bytes->size() > kSignatureMax) {
        return bad_note("A signature line has no signature in base64.");
    }
    return NoteSignature{
        .name = std::string{line.substr(0, space)},
        .key_id = from_big_endian(*bytes),
        .bytes = bytes->substr(4),
    };
}

}  // namespace

std::uint32_t VerifierKey::id() const {
    const std::string_view bytes{reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
    const char type_byte = static_cast<char>(type);
    const base::Digest digest = base::Sha256{}
                                    .update(name)
                                    .update("\n")
                                    .update(std::string_view{&type_byte, 1})
                                    .update(bytes)
                                    .finish();
    return from_big_endian({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

base::Result<VerifierKey> VerifierKey::parse(std::string_view text) {
    // The name has no '+', base64 may.
    const auto first = text.find('+');
    const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos || !is_key_name(text.substr(0, first))) {
        return bad_vkey("A verifier key is written name+keyid+base64.");
    }
    const auto bytes = base::from_base64(text.substr(second + 1));
    if (!bytes || bytes->size() != 33) {
        return bad_vkey("A verifier key holds one byte of type and 32 of an Ed25519 key.");
    }
    const auto type = static_cast<KeyType>(bytes->front());
    if (type != KeyType::ed25519 && type != KeyType::cosignature) {
        return bad_vkey("A verifier key is of type 1 (Ed25519) or 4 (witness cosignature).");
    }
    VerifierKey key{.name = std::string{text.substr(0, first)}, .type = type};
    std::ranges::copy(bytes->substr(1), key.key.bytes.begin());
    if (text.substr(first + 1, second - first - 1) != fmt::format("{:08x}", key.id())) {
        return bad_vkey("A verifier key's id is that of another key.");
    }
    return key;
}

std::string to_string(const VerifierKey& key) {
    std::string bytes(1, static_cast<char>(key.type));
    bytes.append(key.key.bytes.begin(), key.key.bytes.end());
    return fmt::format("{}+{:08x}+{}", key.name, key.id(), base::to_base64(bytes));
}

base::Result<Note> Note::parse(std::string_view bytes) {
    if (bytes.size() > kNoteBytesMax) {
        return bad_note("The note is too long.");
    }
    if (!base::is_utf8(bytes) || std::ranges::any_of(bytes, [](char c) {
            return static_cast<std::uint8_t>(c) < 0x20 && c != '\n';
        })) {
        return bad_note("A note is UTF-8 without control characters.");
    }
    // The signatures follow the last empty line.
    const auto gap = bytes.rfind("\n\n");
    if (gap == std::string_view::npos) {
        return bad_note("A note has an empty line between its text and its signatures.");
    }
    AB_TRY(signatures, parse_signatures(bytes.substr(gap + 2)));
    return Note{.text = std::string{bytes.substr(0, gap + 1)}, .signatures = std::move(signatures)};
}

base::Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines) {
    if (lines.empty() || !lines.ends_with('\n')) {
        return bad_note("Signatures are lines, one at the least, each with its end.");
    }
    std::vector<NoteSignature> signatures;
    while (!lines.empty()) {
        if (signatures.size() == kNoteSignaturesMax) {
            return bad_note("The note has too many signatures.");
        }
        const auto end = lines.find('\n');
        AB_TRY(signature, parse_signature(lines.substr(0, end)));
        signatures.push_back(std::move(signature));
        lines.remove_prefix(end + 1);
    }
    return signatures;
}

const NoteSignature* Note::find(const VerifierKey& key) const {
    const auto found = std::ranges::find_if(signatures, [&key](const NoteSignature& one) {
        return one.name == key.name && one.key_id == key.id();
    });
    return found == signatures.end() ? nullptr : &*found;
}

std::string to_string(const NoteSignature& signature) {
    return fmt::format(
        "{}{} {}\n",
        kDash,
        signature.name,
        base::to_base64(big_endian(signature.key_id) + signature.bytes)
    );
}

std::string to_string(const Note& note) {
    std::string text = note.text + '\n';
    for (const NoteSignature& signature : note.signatures) {
        text += to_string(signature);
    }
    return text;
}

NoteSignature sign_note(std::string_view text, std::string_view name, const base::SigningKey& key) {
    base::ensure(is_key_name(name), "who signs notes has a name that notes can carry");
    const VerifierKey verifier{.name = std::string{name}, .key = key.public_key()};
    const base::Signature signature = key.sign(text);
    return {
        .name = verifier.name,
        .key_id = verifier.id(),
        .bytes = {signature.bytes.begin(), signature.bytes.end()},
    };
}

base::Result<void> verify_note(const Note& note, const VerifierKey& key) {
    base::ensure(key.type == KeyType::ed25519, "a witness's key verifies cosignatures");
    const NoteSignature* const signature = note.find(key);
    if (signature == nullptr) {
        return bad_signature(fmt::format("The note isn't signed by {}.", key.name));
    }
    base::Signature bytes;
    if (signature->bytes.size() != bytes.bytes.size()) {
        return bad_signature(fmt::format("The signature of {} has a wrong length.", key.name));
    }
    std::ranges::copy(signature->bytes, bytes.bytes.begin());
    if (!base::verify(key.key, note.text, bytes)) {
        return bad_signature(fmt::format("The signature of {} isn't of this note.", key.name));
    }
    return {};
}

}  // namespace accubooks::audit
