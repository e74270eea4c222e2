using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors;

/// <summary>Carries out one kind of event in the running hospital.</summary>
/// <typeparam name="TEvent">Which kind.</typeparam>
internal interface IActor<in TEvent>
    where TEvent : LabEvent
{
    /// <summary>Programs that it runs; none for an emitter of ours.</summary>
    IReadOnlyList<Requirement> Needs => [];

    /// <summary>Does it, and returns when the wire is quiet again.</summary>
    /// <exception cref="LabException">It did not happen as planned: the recording would not be true.</exception>
    Task ActAsync(TEvent what, HospitalSite site, CancellationToken cancel);
}
