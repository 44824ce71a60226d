#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "launch/change.h"
#include "launch/plan.h"
#include "ops/setting.h"

namespace accubooks::launch {

/// A guide that the request rests on, as this program holds it.
struct Guide {
    std::string title;
    std::string path;   // in the project
    std::string phase;  // empty: of all phases
    base::Digest digest{};
    std::int64_t lines = 0;

    friend bool operator==(const Guide&, const Guide&) = default;
};

/// Who has a part in the launch when the request is made.
struct Stakeholder {
    RoleName role{};
    base::Uuid user{};
    std::string name{};

    friend bool operator==(const Stakeholder&, const Stakeholder&) = default;
};

/// What a short synthetic load found before the request was made: that every query has data.
struct LoadSeen {
    std::int64_t requests = 0;
    std::int64_t errors = 0;
    std::int64_t p50_us = 0;
    std::int64_t p95_us = 0;
    std::int64_t p99_us = 0;

    friend bool operator==(const LoadSeen&, const LoadSeen&) = default;
};

/// What the requester states about audits that this program didn't make, with the digest of the
/// document that it is quoted from. Never shown as measured here.
struct QuotedAudit {
    std::vector<std::string> statements{};
    std::string reference;  // the document's name
    base::Digest digest{};

    friend bool operator==(const QuotedAudit&, const QuotedAudit&) = default;
};

/// What runs when the request is made.
struct BuildSeen {
    std::string version;
    std::string commit;
    base::Digest binary{};  // of the program's file
    base::Digest schema{};  // of the database's migrations and functions

    friend bool operator==(const BuildSeen&, const BuildSeen&) = default;
};

/// What an approver signs about: everything that a revision is made of. Its bytes are canonical
/// JSON (RFC 8785) with whole numbers only; their SHA-256 is the revision's digest.
struct Payload {
    std::int64_t change = 0;
    std::int64_t revision = 0;
    PhaseName phase = PhaseName::phase1;
    base::Instant made_at{};
    Stakeholder requester{};
    std::string note;  // the requester's own words; may be empty
    QuotedAudit quoted{};
    /// All of it, by which its change is judged: settings from and to, analysis, stages, triggers,
    /// workload, window, rollback, and what requester and approver confirm.
    Plan plan;
    std::vector<SettingChange> rollback{};  // the way back
    ops::Values settings{};                 // all live ones, as they are
    std::int64_t settings_revision = 0;
    std::vector<std::string> instances{};  // that must acknowledge, by name
    BuildSeen build{};
    Policy policy{};
    std::vector<Stakeholder> stakeholders{};
    std::vector<Guide> guides{};
    LoadSeen load{};

    /// Of the live settings: what must still be so at the approval and at the start.
    base::Digest baseline() const;
};

/// Digest of live settings by their values, whichever revision of theirs it is.
base::Digest digest_of(const ops::Values& settings);

/// The bytes that are hashed, stored and shown.
std::string to_json(const Payload& payload);
/// Reads what to_json wrote. Errors: `launch.bad_payload`.
base::Result<Payload> payload_of(std::string_view bytes);
/// The settings that phase 1 of a payload changes, also of one that another version wrote, whose
/// plan has other figures. Errors: `launch.bad_payload`.
base::Result<std::vector<SettingChange>> changes_of(std::string_view bytes);

}  // namespace accubooks::launch
