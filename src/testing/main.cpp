// test_cluster start|stop KEY: the shared cluster of a CTest run, as its fixture.
#include <cstdio>
#include <string_view>

#include "testing/test_cluster.h"

int main(int count, char** arguments) {
    using accubooks::testing::TestCluster;
    const std::string_view act = count == 3 ? arguments[1] : "";
    if (act == "start") {
        TestCluster::start_shared(arguments[2]);
    } else if (act == "stop") {
        TestCluster::stop_shared(arguments[2]);
    } else {
        std::fprintf(stderr, "usage: test_cluster start|stop KEY\n");
        return 64;
    }
}
