using Wardkeeper.Lab.Actors.Databases;
using Wardkeeper.Lab.Actors.Dicom;
using Wardkeeper.Lab.Actors.Files;
using Wardkeeper.Lab.Actors.Network;
using Wardkeeper.Lab.Actors.Printers;
using Wardkeeper.Lab.Actors.Shells;
using Wardkeeper.Lab.Actors.Web;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors;

/// <summary>Which actor carries out which kind of event: one line each.</summary>
internal static class ActorRegistry
{
    private static readonly Dictionary<Type, Func<LabEvent, HospitalSite, CancellationToken, Task>> Actors = new()
    {
        [typeof(AddressAsked)] = By(new AskAddress()),
        [typeof(AgentPolled)] = By(new PollAgent()),
        [typeof(ClockAsked)] = By(new AskClock()),
        [typeof(DatabaseAsked)] = By(new AskDatabase()),
        [typeof(EchoSent)] = By(new SendEcho()),
        [typeof(FileCopied)] = By(new CopyFile()),
        [typeof(ImagesPosted)] = By(new PostImages()),
        [typeof(ImagesStored)] = By(new StoreImages()),
        [typeof(NameAsked)] = By(new AskName()),
        [typeof(PagePrinted)] = By(new PrintPage()),
        [typeof(PageVisited)] = By(new VisitPage()),
        [typeof(ShellOpened)] = By(new OpenShell()),
        [typeof(StudyRetrieved)] = By(new RetrieveStudy()),
        [typeof(VendorConnected)] = By(new ConnectVendor()),
        [typeof(WorklistQueried)] = By(new QueryWorklist()),
    };

    /// <summary>Kinds of events that can be carried out.</summary>
    public static IReadOnlyCollection<Type> Kinds => Actors.Keys;

    /// <summary>Carries out an event.</summary>
    /// <exception cref="LabException">It did not happen as planned, or nobody can do it.</exception>
    public static Task ActAsync(LabEvent what, HospitalSite site, CancellationToken cancel) =>
        Actors.TryGetValue(what.GetType(), out Func<LabEvent, HospitalSite, CancellationToken, Task>? act) ? act(what, site, cancel) : throw new LabException($"no actor does {what.GetType().Name}");

    private static Func<LabEvent, HospitalSite, CancellationToken, Task> By<TEvent>(IActor<TEvent> actor)
        where TEvent : LabEvent => (what, site, cancel) => actor.ActAsync((TEvent)what, site, cancel);
}
