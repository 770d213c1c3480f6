package desk

import "net/http"

// Guard has next answer this machine, and whoever has a token with the scope.
func (a *API) Guard(scope Scope, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, elsewhere := a.local(r); elsewhere == nil {
			next.ServeHTTP(w, r)
			return
		}
		who, problem := a.authenticate(r)
		switch {
		case problem != nil:
			a.refuse(w, r, problem)
		case who.Scope&scope == 0:
			p := NewProblem(InsufficientScope, "it takes the scope "+scope.String()+", which http.tokens_file gives")
			p.Scope = scope
			a.refuse(w, r, p)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// Local has next answer this machine alone, and no page of the web that a browser on it shows.
func (a *API) Local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site := r.Header.Get("Sec-Fetch-Site")
		if _, elsewhere := a.local(r); elsewhere != nil || site != "" && site != "same-origin" && site != "none" {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
