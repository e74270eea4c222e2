using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors;

/// <summary>Which actor carries out which kind of event: one line each.</summary>
internal static class ActorRegistry
{
    private static readonly Dictionary<Type, Func<LabEvent, HospitalSite, CancellationToken, Task>> Actors = new()
    {
        [typeof(MessageSent)] = By(new MessageSentActor()),
        [typeof(AnalyserUploaded)] = By(new AnalyserUploadedActor()),
        [typeof(PointOfCareUploaded)] = By(new PointOfCareUploadedActor()),
        [typeof(ProcedureStepReported)] = By(new ProcedureStepReportedActor()),
        [typeof(CommitmentRequested)] = By(new CommitmentRequestedActor()),
        [typeof(MonitorPolled)] = By(new MonitorPolledActor()),
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
