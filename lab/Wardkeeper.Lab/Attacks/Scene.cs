using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Attacks;

/// <summary>What all scenes have in common: their names, sentences and techniques.</summary>
/// <param name="name">Name; that of a twin ends in <c>-twin</c>.</param>
/// <param name="english">What happens, in English.</param>
/// <param name="chinese">The same in Chinese.</param>
/// <param name="techniques">ATT&amp;CK techniques; none for a twin.</param>
internal abstract class Scene(string name, string english, string chinese, params IReadOnlyList<string> techniques) : IScene
{
    private const string TwinEnd = "-twin";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool IsAttack => !name.EndsWith(TwinEnd, StringComparison.Ordinal);

    /// <inheritdoc/>
    public string AttackName => IsAttack ? name : name[..^TwinEnd.Length];

    /// <inheritdoc/>
    public string English => english;

    /// <inheritdoc/>
    public string Chinese => chinese;

    /// <inheritdoc/>
    public IReadOnlyList<string> Techniques => techniques;

    /// <inheritdoc/>
    public virtual IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public virtual bool NeedsCalendar => false;

    /// <inheritdoc/>
    public abstract Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel);

    /// <summary>Everything to and from one machine, by its address and its card.</summary>
    protected static SceneTraffic AllOf(Site.HostNamespace host) => new(host.Device.Ip, host.Device.Mac);
}
