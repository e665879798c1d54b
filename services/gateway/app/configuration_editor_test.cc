#include "services/gateway/app/configuration_editor.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/gateway/app/configuration_resource.h"

namespace juchu::gateway {
namespace {

using google::protobuf::FieldMask;
using order::v1::ChangeConfigurationRequest;
using order::v1::ChangeConfigurationResponse;
using order::v1::Configuration;
using order::v1::OrderTag;
using order::v1::PaymentMethod;
using order::v1::Settings;
using order::v1::Shop;

template <typename T>
T Parse(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

FieldMask Mask(const std::vector<std::string>& paths) {
  FieldMask mask;
  for (const std::string& path : paths) mask.add_paths(path);
  return mask;
}

RequestKey Key(int number, std::string hash = "hash") {
  return {absl::StrCat("00000000-0000-4000-8000-", absl::Dec(number, absl::kZeroPad12)), std::move(hash)};
}

const Clock& TestClock() {
  static const SystemClock clock;
  return clock;
}

// One tenant's configuration as the order service keeps it, as far as the editor can tell: versions, request log.
class OrderServiceDouble final : public OrderClient {
 public:
  OrderServiceDouble() : OrderClient(nullptr, TestClock()) {}

  absl::StatusOr<order::v1::LoadOrdersResponse> LoadOrders(const rpc::CallContext&,
                                                           const order::v1::LoadOrdersRequest& request) override {
    order::v1::LoadOrdersResponse response;
    response.set_configuration_version(configuration_.version());
    if (request.known_configuration_version() != configuration_.version()) {
      *response.mutable_configuration() = configuration_;
    }
    if (after_load) after_load();
    return response;
  }

  absl::StatusOr<ChangeConfigurationResponse> ChangeConfiguration(const rpc::CallContext&,
                                                                  const ChangeConfigurationRequest& request) override {
    ChangeConfigurationResponse response;
    if (request.create_tenant()) {
      if (configuration_.version() == 0) configuration_.set_version(1);
      *response.mutable_configuration() = configuration_;
      return response;
    }
    if (auto earlier = request_log_.find(request.request_id()); earlier != request_log_.end()) {
      if (earlier->second != request.request_hash()) {
        return InvalidField("REQUEST_ID_REUSED", "request_id", "used for another request", "use a new one");
      }
      *response.mutable_configuration() = configuration_;
      return response;
    }
    if (request.expected_version() != configuration_.version()) return Aborted("CONFIGURATION_STALE", "stale");
    if (refusal) return *refusal;
    Apply(request);
    configuration_.set_version(configuration_.version() + 1);
    request_log_[request.request_id()] = request.request_hash();
    *response.mutable_configuration() = configuration_;
    if (lose_answers > 0) {
      --lose_answers;
      return Unavailable("CONNECTION_LOST", "the answer got lost");
    }
    return response;
  }

  Configuration& configuration() { return configuration_; }

  // Called after each load: what happens between reading and writing.
  std::function<void()> after_load;
  std::optional<absl::Status> refusal;
  int lose_answers = 0;

 private:
  template <typename T>
  static void PutIn(google::protobuf::RepeatedPtrField<T>* all, const T& one) {
    for (T& present : *all) {
      if (ConfigurationResource<T>::Id(present) == ConfigurationResource<T>::Id(one)) {
        present = one;
        return;
      }
    }
    *all->Add() = one;
  }

  void Apply(const ChangeConfigurationRequest& request) {
    switch (request.change_case()) {
      case ChangeConfigurationRequest::kPutSettings:
        *configuration_.mutable_settings() = request.put_settings();
        return;
      case ChangeConfigurationRequest::kPutShop:
        return PutIn(configuration_.mutable_shops(), request.put_shop());
      case ChangeConfigurationRequest::kPutPaymentMethod:
        return PutIn(configuration_.mutable_payment_methods(), request.put_payment_method());
      case ChangeConfigurationRequest::kPutOrderTag:
        return PutIn(configuration_.mutable_order_tags(), request.put_order_tag());
      case ChangeConfigurationRequest::kDeleteShopId: {
        auto* shops = configuration_.mutable_shops();
        for (int i = 0; i < shops->size(); ++i) {
          if (shops->Get(i).shop_id() == request.delete_shop_id()) {
            shops->DeleteSubrange(i, 1);
            return;
          }
        }
        return;
      }
      default:
        FAIL() << "not used by these tests: " << request.DebugString();
    }
  }

  Configuration configuration_;
  std::map<std::string, std::string> request_log_;
};

class ConfigurationEditorTest : public ::testing::Test {
 protected:
  ConfigurationEditorTest() {
    context_.tenant = "shop-a";
    EXPECT_TRUE(editor_.CreateTenant(context_).ok());
  }

  static Shop RakutenShop() { return Parse<Shop>("shop_id: 'r1' name: '楽天一号店' mall: RAKUTEN"); }

  OrderServiceDouble orders_;
  ConfigurationCache cache_{10};
  ConfigurationEditor editor_{orders_, cache_};
  rpc::CallContext context_;
};

TEST_F(ConfigurationEditorTest, UnknownTenantIsNotFoundAndSaysWhatToDo) {
  orders_.configuration().set_version(0);
  rpc::CallContext other = context_;
  other.tenant = "shop-b";
  for (const absl::Status& status :
       {editor_.Read(other).status(), editor_.Create(other, RakutenShop(), Key(1)).status(),
        editor_.Delete<Shop>(other, "r1", Key(2))}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
    EXPECT_EQ(ReasonOf(status), "TENANT_NOT_FOUND");
    EXPECT_THAT(GetErrorInfo(status)->metadata["remedy"], ::testing::HasSubstr("CreateTenant"));
  }
}

TEST_F(ConfigurationEditorTest, CreatedResourceIsReadBackAndCannotBeCreatedTwice) {
  auto created = editor_.Create(context_, RakutenShop(), Key(1));
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->name(), "楽天一号店");
  auto now = editor_.Read(context_);
  ASSERT_TRUE(now.ok());
  EXPECT_EQ((*now)->shops_size(), 1);

  auto again = editor_.Create(context_, RakutenShop(), Key(2));
  EXPECT_EQ(again.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(again.status()), "SHOP_ALREADY_EXISTS");
  EXPECT_EQ(GetErrorInfo(again.status())->metadata["field"], "shop.shop_id");

  Shop same_name = RakutenShop();
  same_name.set_shop_id("r2");
  auto taken = editor_.Create(context_, same_name, Key(3));
  EXPECT_EQ(GetErrorInfo(taken.status())->metadata["field"], "shop.name");
}

TEST_F(ConfigurationEditorTest, RepeatAfterLostAnswerSucceedsOnce) {
  orders_.lose_answers = 1;
  EXPECT_EQ(editor_.Create(context_, RakutenShop(), Key(1)).status().code(), absl::StatusCode::kUnavailable);
  auto repeat = editor_.Create(context_, RakutenShop(), Key(1));
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(orders_.configuration().version(), 2) << "one effect";

  orders_.lose_answers = 1;
  EXPECT_FALSE(editor_.Delete<Shop>(context_, "r1", Key(2)).ok());
  EXPECT_TRUE(editor_.Delete<Shop>(context_, "r1", Key(2)).ok());
  EXPECT_EQ(ReasonOf(editor_.Delete<Shop>(context_, "r1", Key(3))), "SHOP_NOT_FOUND");
}

TEST_F(ConfigurationEditorTest, SameRequestIdWithOtherContentIsRefused) {
  ASSERT_TRUE(editor_.Create(context_, RakutenShop(), Key(1, "one")).ok());
  EXPECT_EQ(ReasonOf(editor_.Create(context_, RakutenShop(), Key(1, "other")).status()), "REQUEST_ID_REUSED");
}

TEST_F(ConfigurationEditorTest, UpdateChangesWhatTheMaskNamesAndNothingElse) {
  orders_.configuration().add_order_tags()->CopyFrom(
      Parse<OrderTag>("order_tag_id: 't' name: '要確認' color: '#ff0000' stop_status: AWAITING_SHIPMENT "
                      "shipping_hold: true"));
  orders_.configuration().set_version(5);
  auto updated = editor_.Update(context_, Parse<OrderTag>("order_tag_id: 't' name: '済' color: '#00ff00'"),
                                Mask({"color", "shipping_hold", "color", "order_tag_id"}), Key(1));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->name(), "要確認");
  EXPECT_EQ(updated->color(), "#00ff00");
  EXPECT_FALSE(updated->shipping_hold());
  EXPECT_EQ(updated->stop_status(), order::v1::AWAITING_SHIPMENT);

  auto set_ones = editor_.Update(context_, Parse<OrderTag>("order_tag_id: 't' name: '済'"), FieldMask(), Key(2));
  ASSERT_TRUE(set_ones.ok()) << set_ones.status();
  EXPECT_EQ(set_ones->name(), "済");
  EXPECT_EQ(set_ones->color(), "#00ff00") << "no mask: what is not set stays";

  auto whole = editor_.Update(context_, Parse<OrderTag>("order_tag_id: 't' name: '新'"), Mask({"*"}), Key(3));
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->color(), "");
  EXPECT_EQ(whole->stop_status(), order::v1::STATUS_UNSPECIFIED);
}

TEST_F(ConfigurationEditorTest, UpdateRefusesUnknownPathMissingOneAndTakenName) {
  auto* tags = orders_.configuration().mutable_order_tags();
  *tags->Add() = Parse<OrderTag>("order_tag_id: 'a' name: 'A'");
  *tags->Add() = Parse<OrderTag>("order_tag_id: 'b' name: 'B'");
  orders_.configuration().set_version(5);
  auto unknown = editor_.Update(context_, Parse<OrderTag>("order_tag_id: 'a'"), Mask({"name", "colour"}), Key(1));
  EXPECT_EQ(unknown.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(unknown.status()), "UPDATE_MASK_INVALID");
  EXPECT_EQ(GetErrorInfo(unknown.status())->metadata["field"], "update_mask.paths[1]");
  auto missing = editor_.Update(context_, Parse<OrderTag>("order_tag_id: 'c' name: 'C'"), FieldMask(), Key(2));
  EXPECT_EQ(ReasonOf(missing.status()), "ORDER_TAG_NOT_FOUND");
  auto taken = editor_.Update(context_, Parse<OrderTag>("order_tag_id: 'a' name: 'B'"), FieldMask(), Key(3));
  EXPECT_EQ(ReasonOf(taken.status()), "ORDER_TAG_ALREADY_EXISTS");
  auto emptied = editor_.Update(context_, Parse<OrderTag>("order_tag_id: 'a'"), Mask({"name"}), Key(4));
  EXPECT_EQ(ReasonOf(emptied.status()), "FIELD_REQUIRED");
  EXPECT_EQ(orders_.configuration().version(), 5) << "nothing was written";
}

TEST_F(ConfigurationEditorTest, ChangeThatWasOvertakenIsDecidedAnew) {
  int loads = 0;
  orders_.after_load = [&] {
    if (++loads > 2) return;
    auto* tag = orders_.configuration().add_order_tags();
    tag->set_order_tag_id(absl::StrCat("other-", loads));
    tag->set_name(absl::StrCat("other ", loads));
    orders_.configuration().set_version(orders_.configuration().version() + 1);
  };
  auto created = editor_.Create(context_, Parse<OrderTag>("order_tag_id: 'mine' name: 'mine'"), Key(1));
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(loads, 3);
  EXPECT_EQ(orders_.configuration().order_tags_size(), 3);
}

TEST_F(ConfigurationEditorTest, EndlesslyOvertakenChangeGivesUpAsStale) {
  orders_.after_load = [&] { orders_.configuration().set_version(orders_.configuration().version() + 1); };
  auto created = editor_.Create(context_, RakutenShop(), Key(1));
  EXPECT_EQ(created.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(created.status()), "CONFIGURATION_STALE");
}

TEST_F(ConfigurationEditorTest, RefusalOfTheOrderServicePasses) {
  ASSERT_TRUE(editor_.Create(context_, RakutenShop(), Key(1)).ok());
  orders_.refusal = FailedPrecondition("CONFIGURATION_IN_USE", "orders belong to it");
  EXPECT_EQ(ReasonOf(editor_.Delete<Shop>(context_, "r1", Key(2))), "CONFIGURATION_IN_USE");
}

TEST_F(ConfigurationEditorTest, TwoHundredOfAKindAreEnough) {
  for (int i = 0; i < 200; ++i) {
    auto* shop = orders_.configuration().add_shops();
    shop->set_shop_id(absl::StrCat("s", i));
    shop->set_name(absl::StrCat("shop ", i));
  }
  orders_.configuration().set_version(5);
  auto full = editor_.Create(context_, RakutenShop(), Key(1));
  EXPECT_EQ(full.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(full.status()), "CONFIGURATION_FULL");
}

TEST_F(ConfigurationEditorTest, SettingsAreChangedByMaskAndChecked) {
  *orders_.configuration().mutable_settings() = Parse<Settings>(
      "initial_mode: AUTO allocation: ALLOCATE_AUTOMATICALLY allocation_timing: "
      "AT_AWAITING_ALLOCATION allocation_order: BY_ORDER_TIME");
  orders_.configuration().set_version(5);
  auto updated = editor_.UpdateSettings(context_, Parse<Settings>("allocation: ALLOCATE_NOTHING"), FieldMask(), Key(1));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->allocation(), order::v1::ALLOCATE_NOTHING);
  EXPECT_EQ(updated->initial_mode(), order::v1::AUTO);
  for (const auto& [text, field] :
       std::vector<std::pair<std::string, std::string>>{{"initial_mode: 7", "settings.initial_mode"},
                                                        {"allocation: 4", "settings.allocation"},
                                                        {"allocation_timing: -1", "settings.allocation_timing"},
                                                        {"allocation_order: 3", "settings.allocation_order"}}) {
    auto bad = editor_.UpdateSettings(context_, Parse<Settings>(text), FieldMask(), Key(2));
    EXPECT_EQ(ReasonOf(bad.status()), "ENUM_VALUE_INVALID") << text;
    EXPECT_EQ(GetErrorInfo(bad.status())->metadata["field"], field);
  }
  auto emptied = editor_.UpdateSettings(context_, Settings(), Mask({"initial_mode"}), Key(3));
  EXPECT_EQ(GetErrorInfo(emptied.status())->metadata["field"], "settings.initial_mode");
}

struct BadField {
  absl::Status status;
  std::string reason;
  std::string field;
};

TEST_F(ConfigurationEditorTest, EveryBadFieldIsNamedWithReasonAndRemedy) {
  const auto shop = [&](const std::string& text) {
    return editor_.Create(context_, Parse<Shop>(text), Key(1)).status();
  };
  const auto tag = [&](const std::string& text) {
    return editor_.Create(context_, Parse<OrderTag>(text), Key(1)).status();
  };
  const auto payment = [&](const std::string& text) {
    return editor_.Create(context_, Parse<PaymentMethod>(text), Key(1)).status();
  };
  const std::vector<BadField> table = {
      {shop("name: 'x' mall: AMAZON"), "ID_INVALID", "shop.shop_id"},
      {shop("shop_id: 'A' name: 'x' mall: AMAZON"), "ID_INVALID", "shop.shop_id"},
      {shop("shop_id: 'a b' name: 'x' mall: AMAZON"), "ID_INVALID", "shop.shop_id"},
      {shop("shop_id: '" + std::string(33, 'a') + "' name: 'x' mall: AMAZON"), "ID_INVALID", "shop.shop_id"},
      {shop("shop_id: 'a' mall: AMAZON"), "FIELD_REQUIRED", "shop.name"},
      {shop("shop_id: 'a' name: '" + std::string(101, 'n') + "' mall: AMAZON"), "TEXT_TOO_LONG", "shop.name"},
      {shop("shop_id: 'a' name: 'x\\ny' mall: AMAZON"), "TEXT_INVALID", "shop.name"},
      {shop("shop_id: 'a' name: 'x'"), "ENUM_VALUE_INVALID", "shop.mall"},
      {shop("shop_id: 'a' name: 'x' mall: 6"), "ENUM_VALUE_INVALID", "shop.mall"},
      {payment("payment_method_id: 'p' name: 'x'"), "ENUM_VALUE_INVALID", "payment_method.kind"},
      {payment("payment_method_id: 'p' name: 'x' kind: UNKNOWN_PAYMENT"), "ENUM_VALUE_INVALID", "payment_method.kind"},
      {payment("payment_method_id: 'p' name: 'x' kind: PREPAID skips_postpayment: true"), "PAYMENT_METHOD_INVALID",
       "payment_method.skips_postpayment"},
      {tag("order_tag_id: 't' name: '" + std::string(51, 'n') + "'"), "TEXT_TOO_LONG", "order_tag.name"},
      {tag("order_tag_id: 't' name: 'x' color: 'red'"), "COLOR_INVALID", "order_tag.color"},
      {tag("order_tag_id: 't' name: 'x' color: '#12345g'"), "COLOR_INVALID", "order_tag.color"},
      {tag("order_tag_id: 't' name: 'x' stop_status: CANCELLED"), "ENUM_VALUE_INVALID", "order_tag.stop_status"},
      {tag("order_tag_id: 't' name: 'x' stop_status: 99"), "ENUM_VALUE_INVALID", "order_tag.stop_status"},
      {editor_.Delete<Shop>(context_, "", Key(1)), "ID_INVALID", "shop_id"},
      {editor_.Create(context_, RakutenShop(), {"", "hash"}).status(), "REQUEST_ID_INVALID", "request_id"},
      {editor_.Create(context_, RakutenShop(), {"not a uuid", "hash"}).status(), "REQUEST_ID_INVALID", "request_id"},
  };
  for (const BadField& bad : table) {
    EXPECT_EQ(bad.status.code(), absl::StatusCode::kInvalidArgument) << bad.status;
    auto info = GetErrorInfo(bad.status);
    ASSERT_TRUE(info.has_value()) << bad.status;
    EXPECT_EQ(info->reason, bad.reason) << bad.status;
    EXPECT_EQ(info->metadata["field"], bad.field) << bad.status;
    EXPECT_FALSE(info->metadata["remedy"].empty()) << bad.status;
  }
}

}  // namespace
}  // namespace juchu::gateway
