#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace accubooks::interchange {

/// One of the few pieces of heavy work that may be under way, as long as this lives.
class Place {
public:
    using Taken = std::shared_ptr<std::atomic<int>>;

    /// None where `most` are taken.
    static std::shared_ptr<Place> take(Taken taken, int most) {
        auto place = std::make_shared<Place>(std::move(taken));
        return place->before_ < most ? place : nullptr;
    }
    explicit Place(Taken taken) : taken_{std::move(taken)}, before_{taken_->fetch_add(1)} {}
    ~Place() { taken_->fetch_sub(1); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    Taken taken_;
    int before_;
};

}  // namespace accubooks::interchange
