using Wardkeeper.Lab.Actors.Cameras;
using Wardkeeper.Lab.Actors.Databases;
using Wardkeeper.Lab.Actors.Devices;
using Wardkeeper.Lab.Actors.Dicom;
using Wardkeeper.Lab.Actors.Files;
using Wardkeeper.Lab.Actors.Messages;
using Wardkeeper.Lab.Actors.Mqtt;
using Wardkeeper.Lab.Actors.Network;
using Wardkeeper.Lab.Actors.Printers;
using Wardkeeper.Lab.Actors.Screens;
using Wardkeeper.Lab.Actors.Serial;
using Wardkeeper.Lab.Actors.Shells;
using Wardkeeper.Lab.Actors.Web;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors;

/// <summary>Which actor carries out which kind of event: one line each.</summary>
internal static class ActorRegistry
{
    private static readonly Dictionary<Type, Registered> Actors = new()
    {
        [typeof(AddressAsked)] = By(new AskAddress()),
        [typeof(AgentPolled)] = By(new PollAgent()),
        [typeof(AnalyserUploaded)] = By(new UploadResults()),
        [typeof(ClockAsked)] = By(new AskClock()),
        [typeof(CommitmentRequested)] = By(new RequestCommitment()),
        [typeof(DatabaseAsked)] = By(new AskDatabase()),
        [typeof(EchoSent)] = By(new SendEcho()),
        [typeof(FileCopied)] = By(new CopyFile()),
        [typeof(ImagesPosted)] = By(new PostImages()),
        [typeof(ImagesStored)] = By(new StoreImages()),
        [typeof(MessageSent)] = By(new SendMessage()),
        [typeof(MonitorPolled)] = By(new PollMonitor()),
        [typeof(NameAsked)] = By(new AskName()),
        [typeof(PagePrinted)] = By(new PrintPage()),
        [typeof(PageVisited)] = By(new VisitPage()),
        [typeof(PointOfCareUploaded)] = By(new UploadObservations()),
        [typeof(ProcedureStepReported)] = By(new ReportProcedureStep()),
        [typeof(ProviderRead)] = By(new ReadProvider()),
        [typeof(ScreenWatched)] = By(new WatchScreen()),
        [typeof(SerialRead)] = By(new ReadSerial()),
        [typeof(ShellOpened)] = By(new OpenShell()),
        [typeof(StreamWatched)] = By(new WatchStream()),
        [typeof(StudyRetrieved)] = By(new RetrieveStudy()),
        [typeof(TagsReported)] = By(new ReportTags()),
        [typeof(TopicPublished)] = By(new PublishTopic()),
        [typeof(VendorConnected)] = By(new ConnectVendor()),
        [typeof(WorklistQueried)] = By(new QueryWorklist()),
    };

    /// <summary>Kinds of events that can be carried out.</summary>
    public static IReadOnlyCollection<Type> Kinds => Actors.Keys;

    /// <summary>Programs that a kind of event needs.</summary>
    public static IReadOnlyList<Requirement> NeedsOf(Type kind) => Actors.TryGetValue(kind, out Registered? actor) ? actor.Needs : [];

    /// <summary>Carries out an event.</summary>
    /// <exception cref="LabException">It did not happen as planned, or nobody can do it.</exception>
    public static Task ActAsync(LabEvent what, HospitalSite site, CancellationToken cancel) =>
        Actors.TryGetValue(what.GetType(), out Registered? actor) ? actor.Act(what, site, cancel) : throw new LabException($"no actor does {what.GetType().Name}");

    private static Registered By<TEvent>(IActor<TEvent> actor)
        where TEvent : LabEvent => new((what, site, cancel) => actor.ActAsync((TEvent)what, site, cancel), actor.Needs);

    private sealed record Registered(Func<LabEvent, HospitalSite, CancellationToken, Task> Act, IReadOnlyList<Requirement> Needs);
}
