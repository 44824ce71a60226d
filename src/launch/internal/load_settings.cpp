#include "launch/internal/load_settings.h"

#include "base/json_writer.h"

namespace accubooks::launch {
namespace {

// Of one request; later an answer is an error.
constexpr std::chrono::seconds kPatience{10};

ops::LoadMix mix_of(const MixWeights& mix) {
    base::JsonWriter json;
    json.begin_object()
        .member("post", mix.post)
        .member("batch", mix.batch)
        .member("entry", mix.entry)
        .member("entries", mix.entries)
        .member("account", mix.account)
        .member("accounts", mix.accounts)
        .member("trial_balance", mix.trial_balance)
        .end_object();
    auto read = ops::LoadMix::parse(std::move(json).take());
    base::ensure(read.has_value(), "the plan's own reader has checked the weights");
    return *read;
}

}  // namespace

ops::LoadSettings load_settings(const PoolScaling& plan, net::Origin origin, std::string token) {
    return {
        .origin = std::move(origin),
        .tokens = {std::move(token)},
        .mix = mix_of(plan.workload.mix),
        .seed = static_cast<std::uint64_t>(plan.workload.seed),
        .timeout = kPatience,
    };
}

}  // namespace accubooks::launch
