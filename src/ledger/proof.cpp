#include "ledger/proof.h"

#include <utility>

#include "ledger/chain.h"
#include "ledger/entry_store.h"
#include "ledger/epoch_store.h"
#include "ledger/period_store.h"

namespace accubooks::ledger {
namespace {

constexpr pg::Statement kNeighbours{
    .name = "ledger.neighbours_in_chain",
    .text = R"sql(
select number, chain_hash
  from books.journal_entry
 where tenant_id = $1
   and number in ($2 - 1, $2 + 1))sql",
};

/// The links that come after the entry before `number`, in the chain's order: as in a replay, where
/// an epoch and an act on a period both do, the act comes first that continues the chain.
base::Task<std::vector<std::string>> links_before(
    pg::TenantTransaction& transaction, base::EntryNumber number, base::Digest head
) {
    const auto elsewhere = [number](const auto& link) {
        return link.after.value != number.value - 1;
    };
    std::vector<Epoch> epochs = co_await epochs_of(transaction);
    std::vector<PeriodAct> acts = co_await period_acts(transaction);
    std::erase_if(epochs, elsewhere);
    std::erase_if(acts, elsewhere);
    std::vector<std::string> links;
    links.reserve(epochs.size() + acts.size());
    auto epoch = epochs.begin();
    auto act = acts.begin();
    while (epoch != epochs.end() || act != acts.end()) {
        const bool act_is_next =
            act != acts.end() &&
            (epoch == epochs.end() || period_act_hash(head, *act) == act->chain_hash);
        links.push_back(act_is_next ? period_act_link(*act++) : epoch_link(*epoch++));
        head = link_hash(head, links.back());
    }
    co_return links;
}

}  // namespace

base::Task<std::optional<EntryProof>> prove_entry(
    pg::TenantTransaction& transaction, base::EntryNumber number
) {
    const std::optional<PostedEntry> found = co_await find_entry(transaction, number);
    if (!found) {
        co_return std::nullopt;
    }
    const pg::Rows neighbours =
        co_await transaction.execute(kNeighbours, pg::Params::of(transaction.tenant(), number));
    EntryProof proof{
        .number = number,
        .canonical = canonical_bytes(
            {.tenant = transaction.tenant(),
             .entry = &found->entry,
             .posted_by = found->posted_by,
             .posted_at = found->posted_at,
             .idempotency_key = found->idempotency_key,
             .request_hash = found->request_hash}
        ),
        .hash = found->chain_hash,
    };
    for (int at = 0; at < neighbours.size(); ++at) {
        const base::EntryNumber neighbour{neighbours[at].get<std::int64_t>(0)};
        if (neighbour < number) {
            proof.previous = neighbours[at].get<base::Digest>(1);
        } else {
            proof.next = neighbour;
        }
    }
    proof.links = co_await links_before(transaction, number, proof.previous);
    co_return proof;
}

}  // namespace accubooks::ledger
