#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <queue>
#include <type_traits>
#include <utility>
#include <vector>

#include "interchange/spool.h"

namespace accubooks::interchange {

/// Sorts any number of fixed-size records in bounded memory: what doesn't fit goes as sorted runs
/// to an unlinked spool file, from which the runs are merged. `Record` is trivially copyable and
/// `Less` orders any two that differ; records that compare equal come out in no particular order,
/// so a sequence number belongs in the record where order matters.
///
/// Push all, then pull all: `pop` ends pushing. Records that come in order already cost one
/// comparison each and no sort. Throws std::system_error when the spool can't be written or read.
template <class Record, class Less>
class ExternalSort {
    static_assert(std::is_trivially_copyable_v<Record>);

public:
    /// Holds at most `memory` bytes of records, and the same again in read buffers while merging.
    explicit ExternalSort(
        std::filesystem::path spool_folder, std::size_t memory = std::size_t{8} << 20U
    )
        : folder_{std::move(spool_folder)},
          capacity_{std::max<std::size_t>(memory / sizeof(Record), 2)} {}

    void push(const Record& record) {
        if (held_.size() == capacity_) {
            spill();
        }
        if (!held_.empty() && Less{}(record, held_.back())) {
            ordered_ = false;
        }
        held_.push_back(record);
    }

    /// The next record in order; none after the last.
    std::optional<Record> pop() {
        if (!merging_) {
            start();
        }
        if (runs_.empty()) {
            return next_ < held_.size() ? std::optional{held_[next_++]} : std::nullopt;
        }
        if (heap_.empty()) {
            return std::nullopt;
        }
        const std::size_t run = heap_.front();
        const Record record = runs_[run].buffer[runs_[run].at];
        std::pop_heap(heap_.begin(), heap_.end(), LaterRun{this});
        if (advance(runs_[run])) {
            std::push_heap(heap_.begin(), heap_.end(), LaterRun{this});
        } else {
            heap_.pop_back();
        }
        return record;
    }

    /// Back to the first record, for a second reading.
    void rewind() {
        if (!merging_) {
            start();
            return;
        }
        next_ = 0;
        open_runs();
    }

private:
    struct Run {
        std::uint64_t start = 0;  // in the spool
        std::uint64_t records = 0;
        std::uint64_t read = 0;
        std::vector<Record> buffer{};
        std::size_t at = 0;
    };

    struct LaterRun {
        ExternalSort* sort;
        bool operator()(std::size_t left, std::size_t right) const {
            const auto& a = sort->runs_[left];
            const auto& b = sort->runs_[right];
            return Less{}(b.buffer[b.at], a.buffer[a.at]);
        }
    };

    void spill() {
        if (!ordered_) {
            std::sort(held_.begin(), held_.end(), Less{});
        }
        if (!spool_) {
            spool_ = std::make_unique<Spool>(folder_);
        }
        runs_.push_back({.start = spool_->size(), .records = held_.size()});
        spool_->append(held_.data(), held_.size() * sizeof(Record));
        held_.clear();
        ordered_ = true;
    }

    void start() {
        merging_ = true;
        if (runs_.empty()) {
            if (!ordered_) {
                std::sort(held_.begin(), held_.end(), Less{});
            }
            return;
        }
        if (!held_.empty()) {
            spill();
        }
        held_ = {};
        open_runs();
    }

    void open_runs() {
        heap_.clear();
        const std::size_t share =
            std::max<std::size_t>(capacity_ / std::max<std::size_t>(runs_.size(), 1), 1);
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            runs_[i].read = 0;
            runs_[i].at = 0;
            runs_[i].buffer.clear();
            runs_[i].buffer.reserve(share);
            if (advance(runs_[i])) {
                heap_.push_back(i);
            }
        }
        std::make_heap(heap_.begin(), heap_.end(), LaterRun{this});
    }

    /// Moves to the run's next record; false past its last.
    bool advance(Run& run) {
        if (run.at + 1 < run.buffer.size()) {
            ++run.at;
            return true;
        }
        const std::uint64_t left = run.records - run.read;
        if (left == 0) {
            return false;
        }
        const auto count = std::min<std::uint64_t>(left, run.buffer.capacity());
        run.buffer.resize(count);
        spool_->read(
            run.start + run.read * sizeof(Record), run.buffer.data(), count * sizeof(Record)
        );
        run.read += count;
        run.at = 0;
        return true;
    }

    std::filesystem::path folder_;
    std::size_t capacity_;
    std::vector<Record> held_;
    bool ordered_ = true;
    bool merging_ = false;
    std::size_t next_ = 0;
    std::unique_ptr<Spool> spool_;
    std::vector<Run> runs_;
    std::vector<std::size_t> heap_;
};

}  // namespace accubooks::interchange
