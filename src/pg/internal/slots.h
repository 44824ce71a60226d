#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"

namespace accubooks::pg {

/// Names one use of one slot; a later use of the same slot has another serial.
template <class Tag>
struct Handle {
    std::uint32_t slot = 0;
    std::uint32_t serial = 0;  // 0: names nothing

    friend bool operator==(Handle, Handle) = default;
};

inline constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

/// A slot's place in the one list it may be in.
struct Links {
    std::uint32_t before = kNoSlot;
    std::uint32_t after = kNoSlot;
};

/// Objects under handles that stay valid however many come and go; slots are used again. T derives
/// from Links.
template <class T, class Id>
class Slots {
public:
    Id add(T value) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(slots_.size()));
            slots_.emplace_back();
        }
        const std::uint32_t slot = free_.back();
        free_.pop_back();
        slots_[slot].value = std::move(value);
        slots_[slot].is_used = true;
        ++slots_[slot].serial;
        return {.slot = slot, .serial = slots_[slot].serial};
    }

    void remove(Id id) {
        base::ensure(has(id), "only what is there is removed");
        slots_[id.slot].is_used = false;
        free_.push_back(id.slot);
    }

    bool has(Id id) const {
        return id.slot < slots_.size() && slots_[id.slot].is_used &&
               slots_[id.slot].serial == id.serial;
    }
    T& operator[](Id id) {
        base::ensure(has(id), "a handle names what is there");
        return slots_[id.slot].value;
    }
    const T& operator[](Id id) const {
        base::ensure(has(id), "a handle names what is there");
        return slots_[id.slot].value;
    }
    Id id_at(std::uint32_t slot) const { return {.slot = slot, .serial = slots_[slot].serial}; }
    Links& links_at(std::uint32_t slot) { return slots_[slot].value; }

private:
    struct Slot {
        T value{};
        std::uint32_t serial = 0;
        bool is_used = false;
    };
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
};

/// A list through slots: what is in it can be taken out in constant time, and nothing is allocated.
class SlotList {
public:
    bool empty() const { return size_ == 0; }
    std::uint32_t size() const { return size_; }
    std::uint32_t front() const { return first_; }
    std::uint32_t back() const { return last_; }

    template <class Held>
    void push_back(Held& held, std::uint32_t slot) {
        Links& links = held.links_at(slot);
        links = {.before = last_, .after = kNoSlot};
        (last_ == kNoSlot ? first_ : held.links_at(last_).after) = slot;
        last_ = slot;
        ++size_;
    }

    template <class Held>
    void push_front(Held& held, std::uint32_t slot) {
        Links& links = held.links_at(slot);
        links = {.before = kNoSlot, .after = first_};
        (first_ == kNoSlot ? last_ : held.links_at(first_).before) = slot;
        first_ = slot;
        ++size_;
    }

    template <class Held>
    void remove(Held& held, std::uint32_t slot) {
        const Links links = held.links_at(slot);
        (links.before == kNoSlot ? first_ : held.links_at(links.before).after) = links.after;
        (links.after == kNoSlot ? last_ : held.links_at(links.after).before) = links.before;
        --size_;
    }

    /// The one after `slot`; kNoSlot at the end.
    template <class Held>
    static std::uint32_t next(Held& held, std::uint32_t slot) {
        return held.links_at(slot).after;
    }

private:
    std::uint32_t first_ = kNoSlot;
    std::uint32_t last_ = kNoSlot;
    std::uint32_t size_ = 0;
};

}  // namespace accubooks::pg
