using System.Net;
using Wardkeeper.Hub.Access;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Up;

/// <summary>What a person sees when it has started: where to go.</summary>
internal static class Greeting
{
    /// <summary>Writes it.</summary>
    public static void Write(TextWriter text, PlatformOptions options, IServiceProvider services, bool chinese)
    {
        PlatformSettings settings = options.Settings.Current;
        text.WriteLine(Texts.Format("up-ready", chinese, Address(settings.Web)));
        if (settings.Web.Certificate is null) text.WriteLine(Texts.Format("up-fingerprint", chinese, options.Certificate.Fingerprint));
        if (services.GetRequiredService<HubRuntime>().FirstPassword is { } password)
        {
            text.WriteLine(Texts.Format("up-password", chinese, FirstPassword.UserName, password));
            text.WriteLine(Texts.Get("up-password-once", chinese));
        }
        text.WriteLine(Texts.Format("up-data", chinese, options.Folder.Path));
        if (options.IsDemo) text.WriteLine(Texts.Get("up-demo", chinese));
        else if (settings.Sensor.Interfaces.Count == 0 && settings.Sensor.Captures.Count == 0) text.WriteLine(Texts.Get("up-no-source", chinese));
        text.Flush();
    }

    /// <summary>The address to type into a browser on this machine, or from elsewhere when it is bound elsewhere only.</summary>
    public static string Address(WebSettings web)
    {
        bool isLocal = web.Bind.Any(address => IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        string host = isLocal ? "localhost" : web.Bind[0].AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{web.Bind[0]}]" : web.Bind[0].ToString();
        return $"https://{host}:{web.Port}";
    }
}
