/// Posts entries over HTTP and counts the answers: the load of the bench. As lean as pgbench, so
/// that the two take about as much from the cores that they share with what they measure: one
/// thread, epoll, kept connections, requests made from a template, of an answer only status and
/// length are read.
///
///     post_client PORT TARGETS CLIENTS SECONDS RUN [entries=N] [rate=R] [reads=PERCENT]
///     [requests=N]
///
/// TARGETS has a line "TENANT TOKEN DEBIT CREDIT" for each tenant; each request takes one by
/// chance. RUN makes the idempotency keys of this run its own. With entries=N a request is a batch
/// of N entries. With rate=R requests begin at R a second, whatever came of the ones before (open
/// loop): a time is measured from when its request was due. Prints one JSON object; exit code 1
/// when any answer wasn't the right one.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Target {
    std::string tenant;
    std::string token;
    std::string debit;
    std::string credit;
};

struct Options {
    std::uint16_t port = 0;
    std::vector<Target> targets;
    int clients = 1;
    double seconds = 1;
    std::string run;
    int entries = 1;
    double rate = 0;     // a second; 0: each client begins when its last request is answered
    unsigned reads = 0;  // percent
    std::uint64_t requests = 0;  // 0: as many as there is time for, of targets by chance
};

struct Client {
    int socket = -1;
    bool is_reading = false;
    Clock::time_point due{};
    std::string answer{};
    std::size_t answer_size = 0;  // 0 while the header isn't complete
};

[[noreturn]] void fail(std::string_view what) {
    std::cerr << "post_client: " << what << '\n';
    std::exit(2);
}

Options options_of(int argc, char** argv) {
    if (argc < 6) {
        fail(
            "usage: post_client PORT TARGETS CLIENTS SECONDS RUN [entries=N] [rate=R] "
            "[reads=PERCENT] "
            "[requests=N]"
        );
    }
    Options options{
        .port = static_cast<std::uint16_t>(std::stoi(argv[1])),
        .targets = {},
        .clients = std::stoi(argv[3]),
        .seconds = std::stod(argv[4]),
        .run = argv[5],
    };
    std::ifstream file{argv[2]};
    Target target;
    while (file >> target.tenant >> target.token >> target.debit >> target.credit) {
        options.targets.push_back(target);
    }
    for (int at = 6; at < argc; ++at) {
        const std::string argument = argv[at];
        if (argument.starts_with("entries=")) {
            options.entries = std::stoi(argument.substr(8));
        } else if (argument.starts_with("rate=")) {
            options.rate = std::stod(argument.substr(5));
        } else if (argument.starts_with("reads=")) {
            options.reads = static_cast<unsigned>(std::stoul(argument.substr(6)));
        } else if (argument.starts_with("requests=")) {
            options.requests = std::stoul(argument.substr(9));
        } else {
            fail("unknown argument " + argument);
        }
    }
    if (options.targets.empty()) {
        fail("no targets");
    }
    return options;
}

int connect_to(std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    if (made < 0 || ::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
        fail("can't connect");
    }
    return made;
}

class Load {
public:
    explicit Load(Options options) : options_{std::move(options)} {
        for (int at = 0; at < options_.clients; ++at) {
            clients_.push_back({.socket = connect_to(options_.port)});
            epoll_event event{.events = EPOLLIN, .data = {.u32 = static_cast<std::uint32_t>(at)}};
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_.back().socket, &event);
            free_.push_back(static_cast<std::size_t>(at));
        }
    }

    /// Returns whether every answer was right.
    bool run() {
        begin_ = Clock::now();
        end_ = begin_ + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(options_.seconds)
                        );
        std::vector<epoll_event> events(clients_.size());
        while (true) {
            begin_requests();
            const auto now = Clock::now();
            if (now >= end_ && under_way_ == 0) {
                break;
            }
            if (now > end_ + std::chrono::seconds{30}) {
                fail("answers didn't come within 30 s of the end");
            }
            const int ready =
                ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms(now));
            for (int at = 0; at < ready; ++at) {
                receive(events[static_cast<std::size_t>(at)].data.u32);
            }
        }
        report();
        return errors_ == 0;
    }

private:
    int wait_ms(Clock::time_point now) const {
        if (options_.rate <= 0 || now >= end_) {
            return 1000;
        }
        const auto left = next_due() - now;
        return std::max(
            0, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count())
        );
    }

    Clock::time_point next_due() const {
        return begin_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                            static_cast<double>(begun_) / options_.rate
                        ));
    }

    void begin_requests() {
        const auto now = Clock::now();
        const auto is_over = [this] { return options_.requests > 0 && keys_ >= options_.requests; };
        if (is_over()) {
            end_ = std::min(end_, now);
        }
        while (options_.rate > 0 && next_due() <= std::min(now, end_)) {
            due_.push_back(next_due());
            ++begun_;
        }
        while (!free_.empty() && !is_over() && (options_.rate > 0 ? !due_.empty() : now < end_)) {
            Client& client = clients_[free_.back()];
            client.due = now;
            if (options_.rate > 0) {
                client.due = due_.front();
                due_.pop_front();
            }
            free_.pop_back();
            send(client);
        }
    }

    static void append_entry(std::string& body, const Target& target, std::uint64_t cents) {
        fmt::format_to(
            std::back_inserter(body),
            R"({{"date":"2026-01-15","description":"Sale","lines":[)"
            R"({{"account_id":{0},"amount":"{2}.{3:02}","currency":"USD"}},)"
            R"({{"account_id":{1},"amount":"-{2}.{3:02}","currency":"USD"}}]}})",
            target.debit,
            target.credit,
            cents / 100,
            cents % 100
        );
    }

    void send(Client& client) {
        const std::uint64_t place = options_.requests > 0 ? keys_ : random_();
        const Target& target = options_.targets[place % options_.targets.size()];
        ++keys_;
        client.is_reading = random_() % 100 < options_.reads;
        client.is_reading ? make_read(target) : make_post(target);
        for (std::size_t sent = 0; sent < request_.size();) {
            const ssize_t count =
                ::write(client.socket, request_.data() + sent, request_.size() - sent);
            if (count <= 0) {
                fail("the server closed a connection");
            }
            sent += static_cast<std::size_t>(count);
        }
        client.answer.clear();
        client.answer_size = 0;
        ++under_way_;
    }

    void make_read(const Target& target) {
        request_ = fmt::format(
            "GET /api/v1/tenants/{}/journal-entries?limit=10 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Authorization: Bearer {}\r\n\r\n",
            target.tenant,
            target.token
        );
    }

    void make_post(const Target& target) {
        body_.clear();
        if (options_.entries == 1) {
            append_entry(body_, target, 100 + random_() % 99'900);
        } else {
            body_ = R"({"entries":[)";
            for (int at = 0; at < options_.entries; ++at) {
                body_ += at == 0 ? "" : ",";
                append_entry(body_, target, 100 + random_() % 99'900);
            }
            body_ += "]}";
        }
        request_ = fmt::format(
            "POST /api/v1/tenants/{}/journal-entries{} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Authorization: Bearer {}\r\nIdempotency-Key: {}-{}\r\n"
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            target.tenant,
            options_.entries == 1 ? "" : ":batch",
            target.token,
            options_.run,
            keys_,
            body_.size()
        );
        request_ += body_;
    }

    void receive(std::size_t at) {
        Client& client = clients_[at];
        std::array<char, 65536> bytes;
        const ssize_t count = ::read(client.socket, bytes.data(), bytes.size());
        if (count <= 0) {
            fail("the server closed a connection");
        }
        client.answer.append(bytes.data(), static_cast<std::size_t>(count));
        if (client.answer_size == 0) {
            const auto end = client.answer.find("\r\n\r\n");
            if (end == std::string::npos) {
                return;
            }
            constexpr std::string_view kLength = "Content-Length: ";
            const auto length = client.answer.find(kLength);
            if (length == std::string::npos || length > end) {
                fail("an answer without Content-Length");
            }
            client.answer_size =
                end + 4 + std::stoul(client.answer.substr(length + kLength.size(), 20));
        }
        if (client.answer.size() >= client.answer_size) {
            answered(client);
            free_.push_back(at);
        }
    }

    void answered(Client& client) {
        const auto now = Clock::now();
        --under_way_;
        if (!is_right(client)) {
            if (errors_++ == 0) {
                std::cerr << "post_client: " << client.answer.substr(0, 600) << '\n';
            }
            return;
        }
        if (now <= end_) {
            ++answered_in_time_;
        }
        took_us_.push_back(static_cast<std::uint32_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(now - client.due).count()
        ));
    }

    bool is_right(const Client& client) const {
        const std::string_view answer = client.answer;
        if (client.is_reading) {
            return answer.starts_with("HTTP/1.1 200 ");
        }
        if (options_.entries == 1) {
            return answer.starts_with("HTTP/1.1 201 ");
        }
        int posted = 0;
        constexpr std::string_view kPosted = R"("status":201)";
        for (auto at = answer.find(kPosted); at != std::string_view::npos;
             at = answer.find(kPosted, at + 1)) {
            ++posted;
        }
        return answer.starts_with("HTTP/1.1 200 ") && posted == options_.entries;
    }

    double quantile_ms(double share) const {
        if (took_us_.empty()) {
            return 0;
        }
        const auto at = static_cast<std::size_t>(share * static_cast<double>(took_us_.size() - 1));
        return took_us_[at] / 1000.0;
    }

    void report() {
        std::ranges::sort(took_us_);
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        const auto seconds = [](const timeval& time) {
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
        };
        fmt::print(
            R"({{"answered":{},"errors":{},"per_s":{:.1f},"p50_ms":{:.3f},"p95_ms":{:.3f},)"
            R"("p99_ms":{:.3f},"max_ms":{:.3f},"cpu_s":{:.3f}}})"
            "\n",
            took_us_.size(),
            errors_,
            static_cast<double>(answered_in_time_) / options_.seconds,
            quantile_ms(0.5),
            quantile_ms(0.95),
            quantile_ms(0.99),
            quantile_ms(1),
            seconds(used.ru_utime) + seconds(used.ru_stime)
        );
    }

    Options options_;
    int epoll_ = ::epoll_create1(0);
    std::vector<Client> clients_;
    std::vector<std::size_t> free_;
    std::deque<Clock::time_point> due_;
    Clock::time_point begin_{};
    Clock::time_point end_{};
    std::uint64_t begun_ = 0;
    std::uint64_t keys_ = 0;
    std::uint64_t under_way_ = 0;
    std::uint64_t answered_in_time_ = 0;
    std::uint64_t errors_ = 0;
    std::vector<std::uint32_t> took_us_;
    std::mt19937_64 random_{std::random_device{}()};
    std::string request_;
    std::string body_;
};

}  // namespace

int main(int argc, char** argv) {
    return Load{options_of(argc, argv)}.run() ? 0 : 1;
}
