// juchuctl postpay as it is typed, against a gateway that sends files whole or not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "common/ids/sha256.h"
#include "common/testing/temp_folder.h"
#include "juchu/gateway/v1/postpay_service.grpc.pb.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/testing/command_runner.h"

namespace juchu::ctl {
namespace {

namespace fs = std::filesystem;
namespace gw = ::juchu::gateway::v1;
using ::testing::HasSubstr;

const std::string kFile = "a,b\r\n1,2\r\n";

class Gateway final : public gw::PostpayService::Service {
 public:
  // What comes of the file, and how the stream ends.
  std::string content = kFile;
  grpc::Status end;
  gw::ExportFileResponse exported;
  gw::ExportSlipsRequest slips;

  grpc::Status ExportRegistrations(grpc::ServerContext*, const gw::ExportRegistrationsRequest*,
                                   gw::ExportFileResponse* response) override {
    *response = exported;
    return grpc::Status::OK;
  }
  grpc::Status ExportSlips(grpc::ServerContext*, const gw::ExportSlipsRequest* request,
                           gw::ExportFileResponse* response) override {
    slips = *request;
    *response = exported;
    return grpc::Status::OK;
  }
  grpc::Status DownloadPaymentFile(grpc::ServerContext*, const gw::DownloadPaymentFileRequest* request,
                                   grpc::ServerWriter<gw::DownloadPaymentFileResponse>* stream) override {
    gw::DownloadPaymentFileResponse message;
    *message.mutable_file() = File(request->file_id());
    stream->Write(message);
    if (!content.empty()) {
      message.set_data(content);
      stream->Write(message);
    }
    return end;
  }

  static payment::v1::PaymentFile File(const std::string& id) {
    payment::v1::PaymentFile file;
    file.set_file_id(id);
    file.set_file_name("np.csv");
    file.set_size_bytes(static_cast<int64_t>(kFile.size()));
    file.set_sha256(absl::BytesToHexString(Sha256(kFile)));
    return file;
  }
};

class PostpayCommandTest : public ::testing::Test {
 protected:
  PostpayCommandTest() { fs::create_directories(Out()); }

  // Runs juchuctl with these words and answers its exit code; `said_` is what it wrote to standard error.
  int Run(const std::vector<std::string>& words) {
    const auto ran = runner_.Run(words);
    said_ = ran.err;
    return ran.exit_code;
  }
  int Download() { return Run({"postpay", "download", "06A1B2C3D4E5F6G7", "--out", Out()}); }
  std::string Out() const { return folder_.File("out"); }
  bool NothingIsLeft() const { return fs::is_empty(Out()); }

  const testing::TempFolder folder_{"ctl_postpay"};
  Gateway gateway_;
  CommandRunner runner_{AddPostpayCommands, {&gateway_}};
  std::string said_;
};

TEST_F(PostpayCommandTest, AFileThatCameWholeIsWritten) {
  EXPECT_EQ(Download(), kExitOk) << said_;
  std::ifstream file(folder_.File("out/np.csv"), std::ios::binary);
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(file), {}}), kFile);
}

TEST_F(PostpayCommandTest, AFileThatDidNotIsAnErrorAndNothingIsWritten) {
  gateway_.content = kFile.substr(0, 4);
  gateway_.end = grpc::Status(grpc::StatusCode::UNAVAILABLE, "the service went away");
  EXPECT_EQ(Download(), kExitUnreachable);
  EXPECT_THAT(said_, HasSubstr("the service went away"));
  EXPECT_TRUE(NothingIsLeft());
  gateway_.end = grpc::Status::OK;
  EXPECT_EQ(Download(), kExitRefused) << "a stream that ends well before its file does";
  EXPECT_THAT(said_, HasSubstr("of its 10 bytes 4 came"));
  EXPECT_TRUE(NothingIsLeft());
  gateway_.content = std::string(kFile.size(), 'x');
  EXPECT_EQ(Download(), kExitRefused);
  EXPECT_THAT(said_, HasSubstr("SHA-256"));
  EXPECT_TRUE(NothingIsLeft());
}

TEST_F(PostpayCommandTest, AnExportWhoseFileDidNotComeSaysThatItIsKept) {
  *gateway_.exported.mutable_file() = Gateway::File("06A1B2C3D4E5F6G7");
  gateway_.exported.add_left_out()->set_order_number("06A1B2C3D4E5F6G8");
  gateway_.exported.set_left_out_count(1);
  gateway_.end = grpc::Status(grpc::StatusCode::UNAVAILABLE, "the service went away");
  EXPECT_EQ(Run({"postpay", "register", "np", "--out", Out()}), kExitUnreachable) << "no mere 'left out'";
  EXPECT_THAT(said_, HasSubstr("juchuctl postpay download 06A1B2C3D4E5F6G7"));
  EXPECT_TRUE(NothingIsLeft());
  gateway_.end = grpc::Status::OK;
  EXPECT_EQ(Run({"postpay", "register", "np", "--out", Out()}), kExitPartly);
  EXPECT_FALSE(NothingIsLeft());
}

TEST_F(PostpayCommandTest, TheDayOfTheInvoiceIsThatOfTheLineOrElseOfTheOption) {
  std::ofstream(folder_.File("slips.csv")) << "06A1B2C3D4E5F6G8,YAMATO,4500-2,2026-11-25\n";
  EXPECT_EQ(Run({"postpay", "slips", "np", "06A1B2C3D4E5F6G7=YAMATO:4500-1", "--slips-file", folder_.File("slips.csv"),
                 "--invoice-date", "2026-11-24"}),
            kExitOk)
      << said_;
  ASSERT_EQ(gateway_.slips.slips_size(), 2);
  EXPECT_EQ(gateway_.slips.slips(0).invoice_date().day(), 24);
  EXPECT_EQ(gateway_.slips.slips(1).invoice_date().day(), 25);
  EXPECT_EQ(Run({"postpay", "slips", "np", "06A1B2C3D4E5F6G7=YAMATO:4500-1", "--invoice-date", "yesterday"}),
            kExitUsage);
  EXPECT_THAT(said_, HasSubstr("--invoice-date"));
}

}  // namespace
}  // namespace juchu::ctl
