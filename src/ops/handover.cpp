#include "ops/handover.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "ops/internal/channel.h"

namespace accubooks::ops {

namespace {

using namespace std::chrono_literals;

constexpr const char* kChannel = "ACCUBOOKS_PREDECESSOR";  // the descriptor's number
constexpr std::chrono::milliseconds kPoll = 100ms;
constexpr std::chrono::seconds kGoodbye = 5s;  // for a successor that isn't wanted any more

constexpr std::string_view kApi = "api";
constexpr std::string_view kOperations = "operations";
constexpr std::string_view kFolderLock = "folder-lock";
constexpr std::string_view kComplete = "complete";
constexpr std::string_view kReady = "ready";

std::unexpected<base::Error> failed(std::string detail) {
    return base::refuse(base::ErrorKind::conflict, "handover.failed", std::move(detail));
}

/// Whether the other side took it all.
bool leave(const Channel& channel, const Legacy& legacy) {
    const auto leave_all = [&channel](std::string_view name, const std::vector<int>& sockets) {
        for (const int socket : sockets) {
            if (!channel.send(name, socket)) {
                return false;
            }
        }
        return true;
    };
    return leave_all(kApi, legacy.api) && leave_all(kOperations, legacy.operations) &&
           (legacy.folder_lock < 0 || channel.send(kFolderLock, legacy.folder_lock)) &&
           channel.send(kComplete);
}

std::string how_it_ended(int status) {
    return WIFEXITED(status) ? fmt::format("ended with code {}", WEXITSTATUS(status))
                             : fmt::format("was ended by signal {}", WTERMSIG(status));
}

/// Ends a child politely, then without asking; how it ended.
int end(pid_t child) {
    int status = 0;
    kill(child, SIGTERM);
    const auto until = std::chrono::steady_clock::now() + kGoodbye;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > until) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            break;
        }
        std::this_thread::sleep_for(10ms);
    }
    return status;
}

/// The child's pid, or what the system says.
base::Result<pid_t> spawn(const Successor::Options& options, int channel) {
    // The number must be the same on both sides: a copy without close-on-exec, made by the child
    // alone.
    const int number = channel;
    std::vector<std::string> words{options.program.string()};
    words.insert(words.end(), options.arguments.begin(), options.arguments.end());
    std::vector<std::string> settings;
    for (char** each = environ; *each != nullptr; ++each) {
        if (!std::string_view{*each}.starts_with(kChannel)) {
            settings.emplace_back(*each);
        }
    }
    settings.push_back(fmt::format("{}={}", kChannel, number));
    const auto pointers = [](std::vector<std::string>& texts) {
        std::vector<char*> found;
        found.reserve(texts.size() + 1);
        for (std::string& text : texts) {
            found.push_back(text.data());
        }
        found.push_back(nullptr);
        return found;
    };
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    // Onto itself: clears close-on-exec in the child (POSIX 2024, and glibc since 2.29).
    posix_spawn_file_actions_adddup2(&actions, number, number);
    pid_t child = 0;
    const int error = posix_spawn(
        &child,
        options.program.c_str(),
        &actions,
        nullptr,
        pointers(words).data(),
        pointers(settings).data()
    );
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        return failed(fmt::format(
            "The successor {} can't be started: {}.", options.program.string(), std::strerror(error)
        ));
    }
    return child;
}

}  // namespace

base::Result<Legacy> sockets_of_systemd() {
    char** raw_names = nullptr;
    const int count = sd_listen_fds_with_names(1, &raw_names);
    if (count < 0) {
        return base::refuse(
            base::ErrorKind::invalid,
            "handover.bad_sockets",
            fmt::format("LISTEN_FDS names sockets that aren't there: {}.", std::strerror(-count))
        );
    }
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) {
        names.emplace_back(raw_names[i]);
        free(raw_names[i]);
    }
    free(static_cast<void*>(raw_names));
    const bool is_named = std::ranges::find(names, kOperations) != names.end();
    Legacy found;
    for (int i = 0; i < count; ++i) {
        const int socket = SD_LISTEN_FDS_START + i;
        const bool is_operations =
            is_named ? names[static_cast<std::size_t>(i)] == kOperations : i == 1;
        (is_operations ? found.operations : found.api).push_back(socket);
    }
    return found;
}

void tell_systemd(const std::string& lines) {
    sd_notify(0, lines.c_str());
}

base::Result<pid_t> Successor::start(const Options& options, const Legacy& legacy) {
    auto ends = Channel::pair();
    if (!ends) {
        return failed("No descriptor is left for a channel to the successor.");
    }
    auto& [ours, theirs] = *ends;
    AB_TRY(child, spawn(options, theirs.descriptor()));
    theirs = Channel{-1};  // or the end of the child would never be seen
    const auto refuse_it = [](const std::string& why) {
        return failed(
            fmt::format("The successor {}; this program serves on. {}", why, "Its log says more.")
        );
    };
    if (!leave(ours, legacy)) {
        return refuse_it(how_it_ended(end(child)));
    }
    while (true) {
        if (options.gave_up && options.gave_up()) {
            end(child);
            return refuse_it("was called off");
        }
        if (base::Deadline::clock::now() > options.deadline) {
            end(child);
            return refuse_it("wasn't ready in time and has been stopped");
        }
        if (!ours.wait_readable(kPoll)) {
            continue;
        }
        const auto message = ours.receive();
        if (message && message->text == kReady) {
            return child;
        }
        return refuse_it(how_it_ended(end(child)));
    }
}

base::Result<std::optional<Predecessor>> Predecessor::find() {
    const char* text = std::getenv(kChannel);
    if (text == nullptr) {
        return std::nullopt;
    }
    const std::string_view number{text};
    int channel = -1;
    std::from_chars(number.data(), number.data() + number.size(), channel);
    unsetenv(kChannel);
    if (channel < 0 || fcntl(channel, F_SETFD, FD_CLOEXEC) != 0) {
        return failed(fmt::format("{} names no open descriptor.", kChannel));
    }
    Predecessor found{channel};
    const Channel from{channel, Channel::Owner::other};
    while (true) {
        auto message = from.receive();
        if (!message) {
            return failed("The predecessor ended before it had handed everything over.");
        }
        Legacy& legacy = found.legacy_;
        if (message->text == kComplete) {
            return std::optional{std::move(found)};
        }
        if (message->text == kApi) {
            legacy.api.push_back(message->take_descriptor());
        } else if (message->text == kOperations) {
            legacy.operations.push_back(message->take_descriptor());
        } else if (message->text == kFolderLock) {
            legacy.folder_lock = message->take_descriptor();
        }
        // Anything else is a newer program's, which knows that this one can't use it: it is closed.
    }
}

Predecessor::Predecessor(Predecessor&& other) noexcept
    : channel_{std::exchange(other.channel_, -1)}, legacy_{std::exchange(other.legacy_, {})} {}

Predecessor::~Predecessor() {
    if (channel_ >= 0) {
        close(channel_);
    }
}

void Predecessor::relieve() {
    const Channel channel{std::exchange(channel_, -1)};
    // One that has ended meanwhile needs no word.
    [[maybe_unused]] const bool heard = channel.send(kReady);
}

StartedAs started_as() {
    std::ifstream file{"/proc/self/cmdline", std::ios::binary};
    StartedAs found{.program = std::filesystem::read_symlink("/proc/self/exe"), .arguments = {}};
    std::string word;
    std::getline(file, word, '\0');
    while (std::getline(file, word, '\0')) {
        found.arguments.push_back(word);
    }
    return found;
}

}  // namespace accubooks::ops
