using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services;

/// <summary>Something that a host offers for the whole day: a real program, or a server of ours where there is none.</summary>
internal interface IService
{
    /// <summary>The word by which a device's <c>Offers</c> names it, for example <c>ssh</c>.</summary>
    string Word { get; }

    /// <summary>Programs that it runs.</summary>
    IReadOnlyList<Requirement> Needs { get; }

    /// <summary>Starts it and returns when it is ready. Disposing what is returned ends it.</summary>
    /// <exception cref="LabException">It does not become ready.</exception>
    Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel);
}

/// <summary>A program that must be installed.</summary>
/// <param name="Program">Name on the path, or a full path.</param>
/// <param name="Package">Debian package that brings it.</param>
internal sealed record Requirement(string Program, string Package);
