#include "services/gateway/clients/order_client.h"

#include <memory>
#include <string>
#include <utility>

#include "common/rpc/status_conversion.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "juchu/order/v1/order_service_mock.grpc.pb.h"

namespace juchu::gateway {
namespace {

}  // namespace
}  // namespace juchu::gateway
