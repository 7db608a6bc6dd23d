package auth

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/event"
	"github.com/arpent/arpent/ent/role"
	"github.com/arpent/arpent/ent/user"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

const password = "correct horse battery"

// house is an authority with people in it.
type house struct {
	*Authority
	t      *testing.T
	ctx    context.Context
	system context.Context
}

func open(t *testing.T, db *database.DB) house {
	t.Helper()
	a := New(db, journal.New(db), slog.New(slog.DiscardHandler))
	ctx := context.Background()
	require.NoError(t, a.EnsureBuiltInRoles(ctx))
	return house{Authority: a, t: t, ctx: ctx, system: access.As(ctx, "test")}
}

func (h house) role(key string) string {
	h.t.Helper()
	id, err := h.db.Client(h.ctx).Role.Query().Where(role.Key(key)).OnlyID(h.system)
	require.NoError(h.t, err)
	return id
}

func (h house) user(email, platformRole string) *ent.User {
	h.t.Helper()
	input := UserInput{Email: email, Name: email, Locale: "en", Password: password}
	if platformRole != "" {
		input.RoleID = h.role(platformRole)
	}
	created, _, err := h.CreateUser(h.system, input)
	require.NoError(h.t, err)
	return created
}

func (h house) project(acronym string) *ent.Project {
	h.t.Helper()
	client := h.db.Client(h.ctx)
	org, err := client.Organization.Query().First(h.system)
	if ent.IsNotFound(err) {
		org, err = client.Organization.Create().SetName("O").SetCode("O").Save(h.system)
	}
	require.NoError(h.t, err)
	made, err := client.Project.Create().SetAcronym(acronym).SetName(acronym).SetOrganizationID(org.ID).Save(h.system)
	require.NoError(h.t, err)
	return made
}

func (h house) member(p *ent.Project, u *ent.User, key string) *ent.Membership {
	h.t.Helper()
	added, err := h.AddMember(h.system, MemberInput{ProjectID: p.ID, UserID: u.ID, RoleID: h.role(key)})
	require.NoError(h.t, err)
	return added
}

// as signs a person in and returns a context in which they look.
func (h house) as(email string) context.Context {
	h.t.Helper()
	plain, _, err := h.SignIn(h.ctx, email, password, Origin{Address: "192.0.2.1"})
	require.NoError(h.t, err)
	return h.with(plain)
}

func (h house) with(plain string) context.Context {
	h.t.Helper()
	viewer, err := h.Viewer(h.ctx, Present(plain))
	require.NoError(h.t, err)
	return access.NewContext(NewContext(h.ctx, Present(plain)), viewer)
}

func refused(t *testing.T, code fault.Code, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, fault.CodeOf(err), "%v", err)
}

func TestASessionLastsUntilItsEnd(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db)
		h.user("ada@example.org", "")
		plain, ada, err := h.SignIn(h.ctx, " Ada@Example.org ", password, Origin{Address: "192.0.2.1", UserAgent: "a browser"})
		require.NoError(t, err)
		viewer, err := h.Viewer(h.ctx, Present(plain))
		require.NoError(t, err)
		require.Equal(t, access.User, viewer.Kind)
		require.Equal(t, ada.ID, viewer.ID)

		present := time.Now()
		h.now = func() time.Time { return present.Add(10 * 24 * time.Hour) }
		_, err = h.Viewer(h.ctx, Present(plain))
		require.NoError(t, err, "a session that is used goes on")
		h.now = func() time.Time { return present.Add(20 * 24 * time.Hour) }
		_, err = h.Viewer(h.ctx, Present(plain))
		require.NoError(t, err, "and on")
		h.now = func() time.Time { return present.Add(35 * 24 * time.Hour) }
		_, err = h.Viewer(h.ctx, Present(plain))
		refused(t, fault.Unauthenticated, err)
		require.NoError(t, h.sweep(h.ctx))
		require.Zero(t, db.Client(h.ctx).Session.Query().CountX(h.system))
	})
}

func TestSignOutCountsAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t))
	h.user("ada@example.org", "")
	ctx := h.as("ada@example.org")
	require.NoError(t, h.SignOut(h.ctx, FromContext(ctx).plain))
	_, err := h.Viewer(h.ctx, FromContext(ctx))
	refused(t, fault.Unauthenticated, err)
	require.Equal(t, access.Anonymous, h.Current(ctx).Kind)
	require.NoError(t, h.SignOut(h.ctx, FromContext(ctx).plain), "again changes nothing")
}

func TestWhoIsNotThereGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t))
	h.user("ada@example.org", "")
	disabled := h.user("bob@example.org", "")
	require.NoError(t, h.db.Client(h.ctx).User.UpdateOne(disabled).SetStatus(user.StatusDISABLED).Exec(h.system))
	for _, try := range [][2]string{{"ada@example.org", "wrong"}, {"nobody@example.org", password}, {"bob@example.org", password}, {"", ""}} {
		_, _, err := h.SignIn(h.ctx, try[0], try[1], Origin{})
		require.Equal(t, errCredentials, err, try[0])
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	present := time.Now()
	throttle := newThrottle()
	for range accountBurst {
		require.NoError(t, throttle.admit(present, "ada", "192.0.2.1"))
	}
	refused(t, fault.Limited, throttle.admit(present, "ada", "198.51.100.7"))
	require.NoError(t, throttle.admit(present, "bob", "192.0.2.1"), "others may")
	require.NoError(t, throttle.admit(present.Add(accountEvery), "ada", "198.51.100.7"), "one more after a while")
	refused(t, fault.Limited, throttle.admit(present.Add(accountEvery), "ada", "198.51.100.7"))
	throttle.forgive("ada")
	require.NoError(t, throttle.admit(present.Add(accountEvery), "ada", "198.51.100.7"))
}

func TestAnAddressIsSlowedDownWhoeverItAsksFor(t *testing.T) {
	t.Parallel()
	present := time.Now()
	throttle := newThrottle()
	for i := range addressBurst {
		require.NoError(t, throttle.admit(present, string(rune('a'+i)), "2001:db8::1"))
	}
	refused(t, fault.Limited, throttle.admit(present, "zoe", "2001:db8::2"))
	require.NoError(t, throttle.admit(present, "zoe", "2001:db8:1::1"))
}

func TestTheThrottleForgetsTheOldest(t *testing.T) {
	t.Parallel()
	b := newBuckets(1, time.Minute)
	for i := range 3 * throttleSize {
		b.take(time.Now(), string(rune(i)))
	}
	require.Equal(t, throttleSize, b.order.Len())
	require.Len(t, b.byKey, throttleSize)
}

func TestARoleThatIsTakenAwayCountsAtOnce(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db)
		p := h.project("ONE")
		h.member(p, h.user("root@example.org", ""), access.RoleAdmin)
		seat := h.member(p, h.user("ada@example.org", ""), access.RoleEditor)
		ctx := h.as("ada@example.org")
		require.True(t, h.Current(ctx).MayIn(p.ID, access.RunApprove))
		_, err := h.UpdateMember(h.system, seat.ID, h.role(access.RoleGuest))
		require.NoError(t, err)
		require.False(t, h.Current(ctx).MayIn(p.ID, access.RunApprove))
		_, err = h.RemoveMember(h.system, seat.ID)
		require.NoError(t, err)
		require.False(t, h.Current(ctx).MayIn(p.ID, access.ProjectRead))
	})
}

func TestAChangeElsewhereCountsWhenItsEventIsSeen(t *testing.T) {
	t.Parallel()
	db := databasetest.SQLite(t)
	here, there := open(t, db), open(t, db)
	p := here.project("ONE")
	here.member(p, here.user("root@example.org", ""), access.RoleAdmin)
	seat := here.member(p, here.user("ada@example.org", ""), access.RoleEditor)
	ctx := here.as("ada@example.org")
	_, err := there.RemoveMember(there.system, seat.ID)
	require.NoError(t, err)
	here.observe(&ent.Event{Type: "membership.removed"})
	require.False(t, here.Current(ctx).MayIn(p.ID, access.ProjectRead))
}

func TestAViewerThatWasReadBeforeADropIsNotKept(t *testing.T) {
	t.Parallel()
	cache := newViewerCache()
	key := [32]byte{1}
	_, generation := cache.get(key, time.Now())
	cache.drop()
	cache.put(key, access.Nobody(), generation, time.Now(), time.Now().Add(time.Hour))
	viewer, _ := cache.get(key, time.Now())
	require.Nil(t, viewer)
}

func TestAProjectKeepsAnAdministrator(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db)
		p := h.project("ONE")
		seat := h.member(p, h.user("ada@example.org", ""), access.RoleAdmin)
		_, err := h.RemoveMember(h.as("ada@example.org"), seat.ID)
		refused(t, fault.Conflict, err)
		_, err = h.UpdateMember(h.as("ada@example.org"), seat.ID, h.role(access.RoleGuest))
		refused(t, fault.Conflict, err)
		h.member(p, h.user("bob@example.org", ""), access.RoleAdmin)
		_, err = h.RemoveMember(h.as("ada@example.org"), seat.ID)
		require.NoError(t, err)
	})
}

func TestNobodyGivesAwayWhatTheyDoNotHold(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t))
	p := h.project("ONE")
	h.user("root@example.org", access.RolePlatformAdmin)
	keeper, err := h.CreateRole(h.system, RoleInput{Key: "KEEPER", Title: fault.Text{EN: "Keeper"}, Scope: access.ScopeProject,
		Permissions: []string{"project.read", "member.read", "member.manage"}})
	require.NoError(t, err)
	_, err = h.AddMember(h.system, MemberInput{ProjectID: p.ID, UserID: h.user("ada@example.org", "").ID, RoleID: keeper.ID})
	require.NoError(t, err)
	admin := h.member(p, h.user("bob@example.org", ""), access.RoleAdmin)
	ada, eve := h.as("ada@example.org"), h.user("eve@example.org", "")

	_, err = h.AddMember(ada, MemberInput{ProjectID: p.ID, Email: eve.Email, RoleID: h.role(access.RoleEditor)})
	refused(t, fault.Denied, err)
	_, err = h.AddMember(ada, MemberInput{ProjectID: p.ID, Email: eve.Email, RoleID: h.role(access.RoleGuest)})
	require.NoError(t, err)
	_, err = h.AddMember(ada, MemberInput{ProjectID: p.ID, Email: eve.Email, RoleID: h.role(access.RoleGuest)})
	refused(t, fault.Conflict, err)
	_, err = h.RemoveMember(ada, admin.ID)
	refused(t, fault.Denied, err)
	_, err = h.AddMember(h.as("eve@example.org"), MemberInput{ProjectID: p.ID, Email: "root@example.org", RoleID: h.role(access.RoleGuest)})
	refused(t, fault.Denied, err)
	other := h.project("TWO")
	_, err = h.AddMember(ada, MemberInput{ProjectID: other.ID, Email: eve.Email, RoleID: h.role(access.RoleGuest)})
	refused(t, fault.NotFound, err)
}

func TestTokensLetThroughTheirScopesOnly(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db)
		p := h.project("ONE")
		h.member(p, h.user("ada@example.org", ""), access.RoleAdmin)
		ada := h.as("ada@example.org")
		made, plain, err := h.CreateToken(ada, TokenInput{Name: "ci", Scopes: []string{"project.read"}})
		require.NoError(t, err)
		ctx := h.with(plain)
		viewer := access.FromContext(ctx)
		require.Equal(t, access.Token, viewer.Kind)
		require.True(t, viewer.MayIn(p.ID, access.ProjectRead))
		require.False(t, viewer.MayIn(p.ID, access.RunApprove))
		_, _, err = h.CreateToken(ctx, TokenInput{Name: "more", Scopes: []string{EveryScope}})
		refused(t, fault.Denied, err)
		_, err = h.ChangePassword(ctx, password, "another password")
		refused(t, fault.Denied, err)

		_, _, err = h.CreateToken(ada, TokenInput{Name: "x", Scopes: []string{"user.manage"}})
		refused(t, fault.Denied, err)
		_, _, err = h.CreateToken(ada, TokenInput{Name: "", Scopes: []string{"nonsense"}})
		refused(t, fault.Invalid, err)

		_, err = h.RevokeToken(ada, made.ID)
		require.NoError(t, err)
		_, err = h.Viewer(h.ctx, Present(plain))
		refused(t, fault.Unauthenticated, err)
	})
}

func TestTokensOfOthersAreNotThere(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t))
	h.user("ada@example.org", "")
	h.user("bob@example.org", "")
	made, _, err := h.CreateToken(h.as("ada@example.org"), TokenInput{Name: "ci", Scopes: []string{EveryScope}})
	require.NoError(t, err)
	_, err = h.RevokeToken(h.as("bob@example.org"), made.ID)
	refused(t, fault.NotFound, err)
}

func TestATokenEndsOnTime(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t))
	h.user("ada@example.org", "")
	ends := time.Now().Add(time.Hour)
	_, plain, err := h.CreateTokenFor(h.system, "ada@example.org", TokenInput{Name: "ci", Scopes: []string{EveryScope}, ExpiresAt: &ends})
	require.NoError(t, err)
	h.with(plain)
	h.now = func() time.Time { return ends }
	_, err = h.Viewer(h.ctx, Present(plain))
	refused(t, fault.Unauthenticated, err)
	require.ErrorContains(t, err, "This API token ended on "+ends.UTC().Format("2006-01-02 15:04:05"))
}

func TestAChangedPasswordEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t))
	h.user("ada@example.org", "")
	here, elsewhere := h.as("ada@example.org"), h.as("ada@example.org")
	_, err := h.ChangePassword(here, "wrong", "another password")
	refused(t, fault.Invalid, err)
	_, err = h.ChangePassword(here, password, "short")
	refused(t, fault.Invalid, err)
	_, err = h.ChangePassword(here, password, "another password")
	require.NoError(t, err)
	require.True(t, h.Current(here).SignedIn())
	require.False(t, h.Current(elsewhere).SignedIn())
	_, _, err = h.SignIn(h.ctx, "ada@example.org", "another password", Origin{})
	require.NoError(t, err)
}

func TestThePlatformKeepsAnAdministrator(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db)
		root := h.user("root@example.org", access.RolePlatformAdmin)
		ctx := h.as("root@example.org")
		none, disabled := "", user.StatusDISABLED
		_, err := h.UpdateUser(ctx, root.ID, UserUpdate{RoleID: &none})
		refused(t, fault.Conflict, err)
		_, err = h.UpdateUser(ctx, root.ID, UserUpdate{Status: &disabled})
		refused(t, fault.Conflict, err)
		ops := h.user("ops@example.org", access.RoleOps)
		opsCtx := h.as("ops@example.org")
		_, err = h.UpdateUser(opsCtx, root.ID, UserUpdate{Status: &disabled})
		refused(t, fault.Denied, err)
		_, err = h.UpdateUser(ctx, ops.ID, UserUpdate{Status: &disabled})
		require.NoError(t, err)
		require.False(t, h.Current(opsCtx).SignedIn())
	})
}

func TestTheFirstAdministratorIsMadeOnce(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db)
		made, err := h.EnsureFirstAdministrator(h.ctx, "root@example.org", "")
		require.NoError(t, err)
		require.NotEmpty(t, made)
		again, err := h.EnsureFirstAdministrator(h.ctx, "root@example.org", "")
		require.NoError(t, err)
		require.Empty(t, again)
		plain, _, err := h.SignIn(h.ctx, "root@example.org", made, Origin{})
		require.NoError(t, err)
		require.True(t, access.FromContext(h.with(plain)).May(access.UserManage))
	})
}

func TestBuiltInRolesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t))
	require.NoError(t, h.EnsureBuiltInRoles(h.ctx), "a second start")
	require.Equal(t, len(access.BuiltInRoles()), h.db.Client(h.ctx).Role.Query().CountX(h.system))
	for _, built := range access.BuiltInRoles() {
		require.NotEmpty(t, titles[built.Key].EN)
		require.NotEmpty(t, titles[built.Key].FR)
		_, err := h.UpdateRole(h.system, h.role(built.Key), RoleUpdate{Permissions: []string{}})
		refused(t, fault.Conflict, err)
		refused(t, fault.Conflict, h.DeleteRole(h.system, h.role(built.Key)))
	}
}

func TestEveryPermissionHasWords(t *testing.T) {
	t.Parallel()
	for _, p := range access.AllPermissions() {
		require.NotEmpty(t, TitleOf(p).EN, p)
		require.NotEmpty(t, TitleOf(p).FR, p)
	}
	require.Len(t, permissionTitles, len(access.AllPermissions()))
}

func TestEveryChangeIsWrittenToTheJournal(t *testing.T) {
	t.Parallel()
	h := open(t, databasetest.SQLite(t))
	p := h.project("ONE")
	h.member(p, h.user("root@example.org", access.RolePlatformAdmin), access.RoleAdmin)
	h.as("root@example.org")
	var types []string
	h.db.Client(h.ctx).Event.Query().Order(event.ByID()).Select(event.FieldType).ScanX(h.system, &types)
	require.Equal(t, []string{"user.created", "membership.added", "membership.added", "session.started"}, types)
	for _, e := range h.db.Client(h.ctx).Event.Query().AllX(h.system) {
		require.NotContains(t, string(e.Before)+string(e.After), password)
		require.NotContains(t, string(e.After), "argon2")
	}
}
