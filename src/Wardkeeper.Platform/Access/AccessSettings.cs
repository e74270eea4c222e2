using Wardkeeper.Hub.Access;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Access;

/// <summary>What the configuration says of sessions and metrics, as sign-in and API read it; follows a reload.</summary>
internal static class AccessSettings
{
    /// <summary>Options that follow the settings.</summary>
    public static AccessOptions Of(LiveSettings settings)
    {
        AccessOptions options = new();
        Take(options, settings.Current);
        settings.Changed += _ => Take(options, settings.Current);
        return options;
    }

    private static void Take(AccessOptions options, PlatformSettings settings)
    {
        (options.SessionIdle, options.SessionLifetime) = (settings.Sessions.Idle, settings.Sessions.Longest);
        options.Metrics = settings.Web.Metrics switch { MetricsExposure.Off => MetricsReaders.Nobody, MetricsExposure.Local => MetricsReaders.Local, _ => MetricsReaders.Token };
    }
}
