using System.Text.Json;
using System.Text.Json.Serialization;
using DlStore.Cli.Commands.Tasks;
using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Operations.Collect;
using DlStore.Operations.Commits;
using DlStore.Operations.Datasets;
using DlStore.Operations.Deploys;
using DlStore.Operations.Dvc;
using DlStore.Operations.Erasing;
using DlStore.Operations.Exports;
using DlStore.Operations.Imports;
using DlStore.Operations.Index;
using DlStore.Operations.Kinds;
using DlStore.Operations.Lfs;
using DlStore.Operations.Lineage;
using DlStore.Operations.Merges;
using DlStore.Operations.Moves;
using DlStore.Operations.Origins;
using DlStore.Operations.Projects;
using DlStore.Operations.Repairs;
using DlStore.Operations.Setup;
using DlStore.Operations.Store;
using DlStore.Operations.Tables;
using DlStore.Operations.Tasks;
using DlStore.Operations.Transfers;
using DlStore.Operations.Views;
using DlStore.WorkTree;

namespace DlStore.Cli;

/// <summary>How results of operations are written with --json: the result records as they are, paths as text, enums by name.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(RelPathJson)])]
[JsonSerializable(typeof(RunPage))]
[JsonSerializable(typeof(BestRuns))]
[JsonSerializable(typeof(RunComparisonResult))]
[JsonSerializable(typeof(PlotResult))]
[JsonSerializable(typeof(AddResult))]
[JsonSerializable(typeof(StatusResult))]
[JsonSerializable(typeof(CheckoutResult))]
[JsonSerializable(typeof(IReadOnlyList<PushOutcome>))]
[JsonSerializable(typeof(IReadOnlyList<PathVersion>))]
[JsonSerializable(typeof(DiffSheetResult))]
[JsonSerializable(typeof(DiskUseResult))]
[JsonSerializable(typeof(CacheTrimResult))]
[JsonSerializable(typeof(GetResult))]
[JsonSerializable(typeof(ImportedPath))]
[JsonSerializable(typeof(IReadOnlyList<ImportedPath>))]
[JsonSerializable(typeof(CommitCheckResult))]
[JsonSerializable(typeof(IReadOnlyList<StagedFault>))]
[JsonSerializable(typeof(IReadOnlyList<MovedPath>))]
[JsonSerializable(typeof(IReadOnlyList<UntrackedPath>))]
[JsonSerializable(typeof(TrashEmptyResult))]
[JsonSerializable(typeof(MirrorResult))]
[JsonSerializable(typeof(PublishResult))]
[JsonSerializable(typeof(PushResult))]
[JsonSerializable(typeof(PullResult))]
[JsonSerializable(typeof(FetchResult))]
[JsonSerializable(typeof(InitResult))]
[JsonSerializable(typeof(RmResult))]
[JsonSerializable(typeof(ResolveResult))]
[JsonSerializable(typeof(VerifyResult))]
[JsonSerializable(typeof(RepairResult))]
[JsonSerializable(typeof(IndexRebuildResult))]
[JsonSerializable(typeof(WhereResult))]
[JsonSerializable(typeof(LineageResult))]
[JsonSerializable(typeof(AuditResult))]
[JsonSerializable(typeof(DvcImportResult))]
[JsonSerializable(typeof(DvcHistoryResult))]
[JsonSerializable(typeof(EraseResult))]
[JsonSerializable(typeof(GcResult))]
[JsonSerializable(typeof(CollectResult))]
[JsonSerializable(typeof(ExplainResult))]
[JsonSerializable(typeof(TaskCheckoutResult))]
[JsonSerializable(typeof(RemoteCheck))]
[JsonSerializable(typeof(RemoteSetting))]
[JsonSerializable(typeof(IReadOnlyList<RemoteSetting>))]
[JsonSerializable(typeof(HostSetting))]
[JsonSerializable(typeof(IReadOnlyList<HostSetting>))]
[JsonSerializable(typeof(IReadOnlyList<HostCheckResult>))]
[JsonSerializable(typeof(HostImportResult))]
[JsonSerializable(typeof(TargetSetting))]
[JsonSerializable(typeof(IReadOnlyList<TargetSetting>))]
[JsonSerializable(typeof(IReadOnlyList<TargetCheckResult>))]
[JsonSerializable(typeof(IReadOnlyList<DiffLine>))]
[JsonSerializable(typeof(IReadOnlyList<ListedEntry>))]
[JsonSerializable(typeof(IReadOnlyList<DoctorLine>))]
[JsonSerializable(typeof(IReadOnlyList<ConfigLine>))]
[JsonSerializable(typeof(IReadOnlyList<WorkTree.TrashEntry>))]
[JsonSerializable(typeof(BuildResult))]
[JsonSerializable(typeof(IReadOnlyList<ExplainedImage>))]
[JsonSerializable(typeof(IReadOnlyList<TrustLine>))]
[JsonSerializable(typeof(ProjectNewResult))]
[JsonSerializable(typeof(ProjectImportResult))]
[JsonSerializable(typeof(ProjectHarvestResult))]
[JsonSerializable(typeof(ProjectReviewResult))]
[JsonSerializable(typeof(IReadOnlyList<ExtendedMaster>))]
[JsonSerializable(typeof(IReadOnlyList<AnnotatedMaster>))]
[JsonSerializable(typeof(IReadOnlyList<CroppedPiece>))]
[JsonSerializable(typeof(ProjectLintResult))]
[JsonSerializable(typeof(IReadOnlyList<ListedProject>))]
[JsonSerializable(typeof(ProjectShowResult))]
[JsonSerializable(typeof(ProjectRmResult))]
[JsonSerializable(typeof(DatasetBuildResult))]
[JsonSerializable(typeof(IReadOnlyList<DatasetLintResult>))]
[JsonSerializable(typeof(ShownDataset))]
[JsonSerializable(typeof(IReadOnlyList<DatasetDifference>))]
[JsonSerializable(typeof(DatasetPreviewResult))]
[JsonSerializable(typeof(DatasetExportResult))]
[JsonSerializable(typeof(DatasetCroissantResult))]
[JsonSerializable(typeof(DatasetImportResult))]
[JsonSerializable(typeof(IReadOnlyList<VerifiedCanvas>))]
[JsonSerializable(typeof(IReadOnlyList<ListedDataset>))]
[JsonSerializable(typeof(DatasetRmResult))]
[JsonSerializable(typeof(TestSetAddResult))]
[JsonSerializable(typeof(ShownTestSet))]
[JsonSerializable(typeof(IReadOnlyList<ShownTestSet>))]
[JsonSerializable(typeof(TaskCreateResult))]
[JsonSerializable(typeof(TaskStatusResult))]
[JsonSerializable(typeof(IReadOnlyList<AttemptStatus>))]
[JsonSerializable(typeof(ShownTask))]
[JsonSerializable(typeof(TaskRmResult))]
[JsonSerializable(typeof(TaskReproduceResult))]
[JsonSerializable(typeof(TaskDiffResult))]
[JsonSerializable(typeof(TaskEvalResult))]
[JsonSerializable(typeof(TestSetScoreResult))]
[JsonSerializable(typeof(CsvExportResult))]
[JsonSerializable(typeof(MlflowExportResult))]
[JsonSerializable(typeof(OpenLineageExportResult))]
[JsonSerializable(typeof(IReadOnlyList<TaskImportResult>))]
[JsonSerializable(typeof(KindListResult))]
[JsonSerializable(typeof(KindPlan))]
[JsonSerializable(typeof(DeployResult))]
[JsonSerializable(typeof(UndeployResult))]
[JsonSerializable(typeof(IReadOnlyList<TargetStatus>))]
[JsonSerializable(typeof(IReadOnlyList<Targets.Deployment>))]
[JsonSerializable(typeof(ImportLfsResult))]
[JsonSerializable(typeof(ExportLfsResult))]
[JsonSerializable(typeof(ImportLfsHistoryResult))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class ResultJson : JsonSerializerContext;

/// <summary>A path as its text.</summary>
internal sealed class RelPathJson : JsonConverter<RelPath>
{
    public override RelPath Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => RelPath.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, RelPath value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
