#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/ed25519.h"
#include "base/error.h"
#include "launch/decision.h"
#include "launch/signed_statement.h"

namespace accubooks::launch {

/// The decision that an envelope carries, when one of the person's own keys signed exactly its
/// bytes; which one is the decision's `key_id`. Errors: `audit.bad_envelope`,
/// `launch.bad_statement`, `launch.foreign_key`, `launch.key_revoked`.
base::Result<Decision> open_decision(std::string_view envelope, std::span<const KnownKey> theirs);

/// The envelope of a decision, signed by its approver's key; for the machine of a person. Sets the
/// decision's `key_id`.
std::string sign_decision(Decision decision, const base::SigningKey& key);

}  // namespace accubooks::launch
