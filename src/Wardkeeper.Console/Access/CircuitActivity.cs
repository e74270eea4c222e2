using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>What a person does on a page counts as use of her session, although no request is sent; a page left alone does not.</summary>
internal sealed class CircuitActivity(AuthenticationStateProvider identity, Sessions sessions, TimeProvider time) : CircuitHandler
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private long lastTouch;

    /// <inheritdoc/>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        if (lastTouch == 0 || time.GetElapsedTime(lastTouch) >= Every)
        {
            lastTouch = time.GetTimestamp();
            if ((await identity.GetAuthenticationStateAsync()).User.SessionHash() is { } hash) await sessions.FindByHashAsync(hash, true);
        }
        await next(context);
    };
}
