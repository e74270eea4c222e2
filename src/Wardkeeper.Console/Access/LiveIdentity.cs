using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>Ends what a running circuit may do soon after its session ended: revoked, expired, or the person's roles changed.</summary>
internal sealed class LiveIdentity(ILoggerFactory logger, Sessions sessions, IHostApplicationLifetime lifetime) : RevalidatingServerAuthenticationStateProvider(logger)
{
    /// <inheritdoc/>
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        // Circuits outlive their browsers by minutes, and so the host: what is stopping has no store to ask, and answers nobody.
        lifetime.ApplicationStopping.IsCancellationRequested ||
        (authenticationState.User.SessionHash() is { } hash && await sessions.FindByHashAsync(hash, false, cancellationToken) is not null);
}
