// Evidence as its readers meet it: notes, checkpoints, proofs, envelopes, statements, leaves and
// policies.
//
// Laws: what has one form is written as it was read; the rest, written and read again, is the same.
#include <cstdint>
#include <string_view>

#include "audit/bundle_writer.h"
#include "audit/envelope.h"
#include "audit/leaf.h"
#include "audit/policy.h"
#include "audit/proof.h"
#include "audit/statement.h"
#include "law.h"

namespace {

using namespace accubooks;

void check_notes(std::string_view bytes) {
    if (const auto note = audit::Note::parse(bytes)) {
        demand(to_string(*note) == bytes, "a note has one form");
    }
    if (const auto checkpoint = audit::SignedCheckpoint::parse(bytes)) {
        demand(
            to_string(checkpoint->checkpoint) == checkpoint->note.text, "a checkpoint has one form"
        );
    }
    if (const auto proof = audit::InclusionProof::parse(bytes)) {
        demand(to_string(*proof) == bytes, "a proof of inclusion has one form");
    }
    if (const auto proof = audit::ConsistencyProof::parse(bytes)) {
        demand(to_string(*proof) == bytes, "a proof of consistency has one form");
    }
    if (const auto key = audit::VerifierKey::parse(bytes)) {
        demand(to_string(*key) == bytes, "a verifier key has one form");
    }
}

void check_json(std::string_view bytes) {
    if (const auto envelope = audit::Envelope::parse(bytes)) {
        const auto again = audit::Envelope::parse(to_json(*envelope));
        demand(
            again.has_value() && again->payload == envelope->payload,
            "an envelope survives being written"
        );
    }
    if (const auto statement = audit::Statement::parse(bytes)) {
        const auto text = to_json(*statement);
        demand(!text || audit::Statement::parse(*text).has_value(), "a statement is one");
    }
    if (const auto leaf = audit::Leaf::parse(bytes)) {
        demand(to_entry(*leaf) == bytes, "a leaf has one form");
    }
    if (const auto policy = audit::Policy::parse(bytes)) {
        const auto again = audit::Policy::parse(to_json(*policy));
        demand(again.has_value() && *again == *policy, "a policy survives being written");
    }
}

void check_bundle(std::string_view bytes) {
    if (const auto manifest = audit::Manifest::parse(bytes)) {
        const auto again = audit::Manifest::parse(to_json(*manifest));
        demand(again.has_value() && *again == *manifest, "a manifest survives being written");
    }
    if (const auto list = audit::AttemptList::parse(bytes)) {
        const auto again = audit::AttemptList::parse(to_json(*list));
        demand(again.has_value() && *again == *list, "a list of attempts survives being written");
    }
    if (const auto act = audit::parse_line(bytes)) {
        demand(audit::to_line(*act) == bytes, "a line of the log has one form");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    check_notes(bytes);
    check_json(bytes);
    check_bundle(bytes);
    return 0;
}
