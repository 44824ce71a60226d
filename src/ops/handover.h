#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/clock.h"
#include "base/error.h"

namespace accubooks::ops {

/// What a program that serves leaves to the one that takes its place: descriptors, which the holder
/// of this object owns until it gives them on.
struct Legacy {
    std::vector<int> api;         // listening sockets
    std::vector<int> operations;  // listening sockets of the operators' listener
    int folder_lock = -1;         // of the private cluster's data folder; -1: there is none
};

/// The sockets that systemd opened for this process (sd_listen_fds(3)): those named "operations"
/// are the operators' listener's, all others the API's; without names the first is the API's and
/// the second the operators'. Both are empty when it opened none. Call it once, before threads
/// start. Errors: `handover.bad_sockets` when the environment promises descriptors that aren't
/// there.
base::Result<Legacy> sockets_of_systemd();

/// Tells systemd, if it started this process and wants to hear: lines such as "READY=1"
/// (sd_notify(3)). What can't be told is ignored, as its manual asks.
void tell_systemd(const std::string& lines);

/// The side of the program that runs: another process of the same program, started beside this one.
class Successor {
public:
    struct Options {
        std::filesystem::path program;       // what is run: after an upgrade, another than this one
        std::vector<std::string> arguments;  // without the program's name
        base::Deadline deadline;             // until when it must be ready
        std::function<bool()> gave_up{};     // asked a few times a second; true ends the waiting
    };

    /// Starts it, leaves it copies of `legacy`, and returns its pid when it says that it is ready.
    /// Until then, and after an error, nothing has changed for the caller: what didn't get ready in
    /// time has been ended. Blocking. Errors: `handover.failed` with how it ended.
    static base::Result<pid_t> start(const Options& options, const Legacy& legacy);
};

/// The side of the program that takes another's place.
class Predecessor {
public:
    /// None when this process was started by anybody else. Call it once, before threads start.
    /// Errors: `handover.failed` when the predecessor ended before it had left everything.
    static base::Result<std::optional<Predecessor>> find();

    Predecessor(Predecessor&& other) noexcept;
    Predecessor& operator=(Predecessor&&) = delete;
    ~Predecessor();

    Legacy& legacy() { return legacy_; }
    /// Says that this process serves: the predecessor lets go now.
    void relieve();

private:
    explicit Predecessor(int channel) : channel_{channel} {}
    int channel_;
    Legacy legacy_;
};

/// This process's program and arguments, as it was started.
struct StartedAs {
    std::filesystem::path program;
    std::vector<std::string> arguments;
};
StartedAs started_as();

}  // namespace accubooks::ops
