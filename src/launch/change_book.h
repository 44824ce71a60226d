#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "identity/write_key.h"
#include "launch/change.h"
#include "launch/change_store.h"
#include "launch/payload.h"
#include "launch/record.h"
#include "launch/signed_decision.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// Who acts, and as which row of the log.
struct Actor {
    Participant person;
    std::string name;                         // "user:UUID"
    std::vector<KnownKey> keys{};             // all that they ever enrolled
    std::optional<identity::WriteKey> key{};  // the request's idempotency key
};

/// What a requester says; the rest of a payload the program finds out.
struct Wish {
    std::string note;
    /// Sends the synthetic load whose figures become part of the payload; called once, when nothing
    /// but the payload itself refuses the request any more.
    std::function<base::Task<base::Result<LoadSeen>>(base::Deadline)> send_load;
    std::vector<Stakeholder> stakeholders{};
    /// Also while a revision is in review or approved: that one is superseded.
    bool replaces = false;
};

/// What a write answers.
struct Written {
    int status = 200;
    std::string body{};  // JSON
    bool is_replayed = false;
    std::vector<base::Uuid> acts{};  // in the audit log, of this write
};

/// The change requests of the launch, as people work with them. Each call is one transaction on a
/// pool whose connections are accubooks_ops; two about one change wait for each other. What time or
/// the live settings did to an approval is recorded before anything else is looked at or done.
/// Calls throw pg::Failure.
///
/// Every write also refuses with `launch.change_not_found`, `identity.idempotency_conflict` and the
/// guards of launch/change.h.
class ChangeBook {
public:
    struct Parts {
        pg::Pool& ops;
        const base::Clock& clock;
        const Plan& plan;
        std::function<BuildSeen()> build;  // without the schema, which the database tells
    };
    explicit ChangeBook(Parts parts) : parts_{std::move(parts)} {}

    const Plan& plan() const { return parts_.plan; }

    /// Puts the phase's change to review: the draft that a rejection left, a new revision of the
    /// open change, or a new change. Errors: also those of Wish::send_load, `launch.no_instances`,
    /// `launch.other_baseline`, `launch.phase_gate_closed`, `launch.bad_note`.
    base::Task<base::Result<Written>> request(
        Actor by, PhaseName phase, Wish wish, base::Deadline deadline
    );

    /// Takes in a signed decision. Errors: also those of open_decision, and `launch.replayed`.
    base::Task<base::Result<Written>> take(
        Actor by, std::int64_t change, std::string envelope, base::Deadline deadline
    );

    base::Task<base::Result<Written>> withdraw(
        Actor by, std::int64_t change, std::string reason, base::Deadline deadline
    );

    /// The person was briefed about this revision, the newest. Errors: also `launch.role_missing`,
    /// `launch.other_revision`.
    base::Task<base::Result<Written>> acknowledge(
        Actor by, std::int64_t change, std::int64_t revision, base::Deadline deadline
    );

    /// All changes, oldest first.
    base::Task<std::vector<Change>> list(base::Deadline deadline);

    /// "CHG-0001", or the newest change of a phase, "phase1". Errors: `launch.change_not_found`.
    base::Task<base::Result<Change>> find(std::string name, base::Deadline deadline);

    /// Errors: `launch.revision_not_found`.
    base::Task<base::Result<StoredRevision>> revision(
        std::int64_t change, std::int64_t revision, base::Deadline deadline
    );
    base::Task<std::vector<Entry>> history(std::int64_t change, base::Deadline deadline);
    base::Task<std::vector<StoredDecision>> decisions(std::int64_t change, base::Deadline deadline);

    /// The approval record as it is now. Errors: `launch.bad_payload`.
    base::Task<base::Result<Record>> record(Change change, base::Deadline deadline);

    base::Instant now() const { return parts_.clock.now(); }

private:
    struct Open;  // a transaction over one change

    base::Task<Open> open(std::int64_t change, base::Deadline deadline);
    base::Task<void> settle(std::int64_t change, base::Deadline deadline);
    base::Task<base::Result<std::optional<Change>>> requested(
        const Open& open,
        const Participant& by,
        PhaseName phase,
        bool replaces,
        base::Deadline deadline
    );
    base::Task<base::Result<Payload>> payload_for(
        pg::Connection& connection,
        const Change& change,
        const Participant& by,
        Wish wish,
        LoadSeen load,
        base::Deadline deadline
    );
    base::Task<base::Result<void>> draft(
        Open& open, const Actor& by, Payload payload, base::Deadline deadline
    );
    base::Task<base::Result<void>> draft_unless_there(
        Open& open, const Actor& by, Payload payload, bool replaces, base::Deadline deadline
    );
    base::Task<base::Result<void>> reopen(Open& open, base::Deadline deadline);

    Parts parts_;
};

}  // namespace accubooks::launch
